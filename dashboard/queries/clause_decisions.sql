-- One row per decision that a version of a clause rests on.
select dim_decision.decision_id, dim_decision.title, dim_decision.setting, dim_decision.says, dim_decision.quote
from dim_decision
where dim_decision.policy_id = $policy and dim_decision.decision_id in (
    select unnest(string_split(dim_clause.decision_ids, '、'))
    from dim_clause
    where dim_clause.policy_id = $policy and dim_clause.document = $document and dim_clause.clause_id = $clause
)
order by try_cast(regexp_extract(dim_decision.decision_id, '[0-9]+') as bigint), dim_decision.decision_id
