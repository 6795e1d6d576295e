-- Measures of the policy document.
select distinct measure_no, measure_title
from dim_clause
where policy_id = $policy and document = $document
order by measure_no
