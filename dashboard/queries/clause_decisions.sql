-- One row per decision a clause rests on.
select dim_decision.decision_id, dim_decision.title, dim_decision.setting, dim_decision.says, dim_decision.quote
from dim_decision
inner join dim_clause
    on dim_decision.policy_id = dim_clause.policy_id
    and list_contains(string_split(dim_clause.decision_ids, '、'), dim_decision.decision_id)
where dim_clause.policy_id = $policy and dim_clause.document = $document and dim_clause.clause_id = $clause
order by try_cast(substr(dim_decision.decision_id, 2) as bigint)
