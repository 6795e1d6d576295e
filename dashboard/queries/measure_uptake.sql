-- One row per measure: how claims were taken up, in the city or in one park.
select
    measure_no, measure_title, claim_count, eligible_count, undetermined_count, needs_review_count,
    not_eligible_count, open_count, applied_count, approved_count, paid_count, application_rate, payout_rate,
    payout_rate_low, payout_rate_high, ceiling_yuan, approved_yuan, paid_yuan, outreach_count, outreach_yuan
from mart_measure_uptake
where $park::varchar is null and policy_id = $policy and document = $document
    and ($measure::bigint is null or measure_no = $measure)
union all
select
    measure_no, measure_title, claim_count, eligible_count, undetermined_count, needs_review_count,
    not_eligible_count, open_count, applied_count, approved_count, paid_count, application_rate, payout_rate,
    payout_rate_low, payout_rate_high, ceiling_yuan, approved_yuan, paid_yuan, outreach_count, outreach_yuan
from mart_park_measure_uptake
where park_id = $park::varchar and policy_id = $policy and document = $document
    and ($measure::bigint is null or measure_no = $measure)
