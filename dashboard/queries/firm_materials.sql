-- One row per clause a firm has a claim of that is not ruled out: when and with what the text says to apply, and where.
select distinct dim_clause.policy_id, dim_clause.clause_id, dim_clause.title_zh, dim_clause.window_says, dim_clause.materials, dim_clause.departments, dim_clause.clause_order
from fct_claim
inner join dim_clause
    on fct_claim.clause_key = dim_clause.clause_key
where (fct_claim.policy_id, fct_claim.document) in (select unnest($policies), unnest($documents)) and fct_claim.enterprise_id = $firm and fct_claim.outcome != 'not_eligible'
