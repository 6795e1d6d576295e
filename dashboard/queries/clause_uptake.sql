-- One row per cut and clause with a claim in it: its funnel from claims to payments.
select
    clause_id, claim_count, eligible_count, eligible_enterprise_count, needs_review_count, undetermined_count, not_eligible_count,
    applied_count, accepted_count, approved_count, paid_count, payout_rate, payout_rate_low, payout_rate_high,
    ceiling_yuan, applied_ceiling_yuan, accepted_ceiling_yuan, approved_yuan, paid_yuan, outreach_count, outreach_yuan, amount_status,
    district as district_cut, park as park_cut, year as year_cut
from mart_clause_cut
where policy_id = $policy and document = $document
