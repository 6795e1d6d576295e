-- Years in which claims qualified.
select distinct qualified_year as year
from fct_claim
where (policy_id, document) in (select unnest($policies), unnest($documents)) and qualified_year is not null
order by year desc
