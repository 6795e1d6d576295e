-- One row per clause of the law; what became of it is in clause_uptake.sql.
select clause_order, clause_id, title_zh, measure_no, coverage_status, count_status, amount_kind, cap_yuan, departments
from dim_clause
where is_current and policy_id = $policy and document = $document
