-- One row per version of a clause, any document, and condition of it.
select k.clause_key, k.condition_id, k.condition_order, k.says, k.value_needed, k.quote, k.decision_id
from dim_clause_condition as k
inner join dim_clause as l on k.clause_key = l.clause_key
where l.policy_id = $policy and l.clause_id = $clause
order by k.condition_order, k.clause_key
