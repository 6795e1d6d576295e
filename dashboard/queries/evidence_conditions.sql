-- One row per claim behind the findings asked for and condition of its clause, as it was answered.
select
    claims.finding_id, claims.claim_id, c.clause_id, a.condition_order, a.says, a.outcome, a.value_seen, a.value_needed, a.reason, a.quote,
    a.decision_id
from evidence_claims as claims
inner join fct_claim as c using (claim_id)
inner join fct_claim_condition as a using (claim_id)
