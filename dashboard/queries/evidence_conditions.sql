-- One row per claim behind the findings asked for and condition of its clause, as it was answered.
with
claims as (  -- its own, and those whose payments share a bound with it
    select f.finding_id, f.claim_id
    from mart_audit_finding as f
    where list_contains(string_split($findings, ','), f.finding_id) and f.claim_id is not null
    union
    select f.finding_id, p.claim_id
    from mart_audit_finding as f
    inner join fct_payment as p on list_contains(string_split(f.payment_nos, '、'), p.payment_no)
    where list_contains(string_split($findings, ','), f.finding_id) and p.claim_id is not null
)

select
    claims.finding_id, claims.claim_id, c.clause_id, a.condition_order, a.says, a.outcome, a.value_seen, a.value_needed, a.reason, a.quote,
    a.decision_id
from claims
inner join fct_claim as c using (claim_id)
inner join fct_claim_condition as a using (claim_id)
