-- One row per claim of a firm that one more condition would open: all others are met, and this one can still change.
with answers as (
    select answers.claim_id, answers.condition_id, answers.says, answers.outcome, answers.value_seen, answers.value_needed,
        answers.can_change, count(*) over (partition by answers.claim_id) as open_count
    from fct_claim_condition as answers
    inner join fct_claim using (claim_id)
    where fct_claim.enterprise_id = $firm and answers.outcome != 'met'
)

select
    fct_claim.policy_id, fct_claim.claim_id, fct_claim.clause_id, dim_clause.title_zh, dim_event.event_title, answers.says, answers.outcome, answers.value_seen,
    answers.value_needed, fct_claim.ceiling_yuan
from answers
inner join fct_claim using (claim_id)
inner join dim_clause
    on fct_claim.clause_key = dim_clause.clause_key
left join dim_event using (event_id)
where answers.open_count = 1 and answers.can_change and (fct_claim.policy_id, fct_claim.document) in (select unnest($policies), unnest($documents))
order by fct_claim.ceiling_yuan desc nulls last
