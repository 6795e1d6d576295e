-- One row per department named by the text: how the claims of its clauses were taken up; a clause of several counts for each.
select department, count_status, amount_status, claim_count, eligible_count, open_count, applied_count, paid_count, payout_rate, payout_rate_low,
    payout_rate_high, ceiling_yuan, paid_yuan, outreach_count, outreach_yuan
from mart_department_uptake
where policy_id = $policy and document = $document
