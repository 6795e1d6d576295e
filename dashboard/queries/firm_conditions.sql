-- One row per claim and condition of a firm, every answer.
select
    answers.claim_id, fct_claim.clause_id, answers.condition_id, answers.condition_order, answers.says,
    answers.outcome, answers.value_seen, answers.value_needed, answers.reason, answers.quote, answers.decision_id
from fct_claim_condition as answers
inner join fct_claim using (claim_id)
where (fct_claim.policy_id, fct_claim.document) in (select unnest($policies), unnest($documents)) and fct_claim.enterprise_id = $firm
