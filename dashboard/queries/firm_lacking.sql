-- One row per condition of a firm's claims that is not met, cannot be told or waits for a person.
select
    fct_claim.policy_id, fct_claim.clause_id, dim_clause.title_zh, dim_event.event_title, fct_claim.outcome as claim_outcome, k.says, k.outcome,
    k.value_seen, k.value_needed, k.condition_order, fct_claim.claim_id
from fct_claim_condition as k
inner join fct_claim
    on k.claim_id = fct_claim.claim_id
left join dim_clause
    on fct_claim.clause_key = dim_clause.clause_key
left join dim_event
    on fct_claim.event_id = dim_event.event_id
where
    (fct_claim.policy_id, fct_claim.document) in (select unnest($policies), unnest($documents)) and fct_claim.enterprise_id = $firm and k.outcome != 'met'
