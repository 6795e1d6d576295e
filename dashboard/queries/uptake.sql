-- One row: how claims were taken up in the whole city, or in one park.
-- The city's parts are added over measures; its rates follow decisions.md, Uptake.
with city as (
    select
        sum(claim_count)::bigint as claim_count,
        sum(eligible_count)::bigint as eligible_count,
        sum(undetermined_count)::bigint as undetermined_count,
        sum(needs_review_count)::bigint as needs_review_count,
        sum(not_eligible_count)::bigint as not_eligible_count,
        sum(open_count)::bigint as open_count,
        sum(applied_count)::bigint as applied_count,
        sum(approved_count)::bigint as approved_count,
        sum(paid_count)::bigint as paid_count,
        sum(open_paid_count)::bigint as open_paid_count,
        sum(ceiling_yuan) as ceiling_yuan,
        sum(open_ceiling_yuan) as open_ceiling_yuan,
        sum(approved_yuan) as approved_yuan,
        sum(paid_yuan) as paid_yuan,
        sum(outreach_count)::bigint as outreach_count,
        sum(outreach_yuan) as outreach_yuan
    from mart_measure_uptake
    where $park::varchar is null and policy_id = $policy and document = $document
),

firms as (
    select count(distinct enterprise_id) as eligible_enterprise_count
    from fct_claim
    where $park::varchar is null and policy_id = $policy and document = $document and outcome = 'eligible'
)

select
    claim_count, eligible_count, eligible_enterprise_count, undetermined_count, needs_review_count,
    not_eligible_count, open_count, applied_count, approved_count, paid_count, open_paid_count,
    applied_count / nullif(eligible_count, 0) as application_rate,
    paid_count / nullif(eligible_count, 0) as payout_rate,
    paid_count / nullif(eligible_count + open_count - open_paid_count, 0) as payout_rate_low,
    (paid_count + open_paid_count) / nullif(eligible_count + open_paid_count, 0) as payout_rate_high,
    ceiling_yuan, open_ceiling_yuan, approved_yuan, paid_yuan, outreach_count, outreach_yuan
from city
cross join firms
where claim_count is not null
union all
select
    claim_count, eligible_count, eligible_enterprise_count, undetermined_count, needs_review_count,
    not_eligible_count, open_count, applied_count, approved_count, paid_count, open_paid_count,
    application_rate, payout_rate, payout_rate_low, payout_rate_high,
    ceiling_yuan, open_ceiling_yuan, approved_yuan, paid_yuan, outreach_count, outreach_yuan
from mart_park_kpi
where park_id = $park::varchar and policy_id = $policy and document = $document
