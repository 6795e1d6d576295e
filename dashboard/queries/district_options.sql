-- District lines of the city; empty for park operators.
select distinct district_code, district_name, district_order
from mart_district_kpi
where (policy_id, document) in (select unnest($policies), unnest($documents)) and not is_total_line
order by district_order
