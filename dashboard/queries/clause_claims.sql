-- One row per claim.
select
    claim_id, enterprise_id, enterprise_name, park_name, qualified_on,
    outcome, outcome_reason,
    -- a claim that is not eligible has no bound to show
    case when outcome != 'not_eligible' then net_ceiling_yuan end as net_ceiling_yuan,
    last_status, approved_yuan, paid_yuan, amount_status,
    district_code, park_id, qualified_year,
    is_outreach, is_applied, is_approved, is_paid, clause_id as clause_cut
from fct_claim
where policy_id = $policy and document = $document
