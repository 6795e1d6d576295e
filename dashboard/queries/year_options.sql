-- Years in which claims qualified.
select distinct qualified_year as year
from fct_claim
where policy_id = $policy and document = $document and qualified_year is not null
order by year desc
