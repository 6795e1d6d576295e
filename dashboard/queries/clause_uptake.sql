-- One row per clause with a claim: its funnel from claims to payments, in the city or in a cut of it.
select
    clause_id, claim_count, eligible_count, eligible_enterprise_count, needs_review_count, undetermined_count, not_eligible_count,
    applied_count, accepted_count, approved_count, paid_count, payout_rate, payout_rate_low, payout_rate_high,
    ceiling_yuan, applied_ceiling_yuan, accepted_ceiling_yuan, approved_yuan, paid_yuan, outreach_count, outreach_yuan, amount_status
from mart_clause_cut
where policy_id = $policy and document = $document
    and district = $district_cut and park = $park_cut and year = $year_cut
