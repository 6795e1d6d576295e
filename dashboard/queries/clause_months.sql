-- One row per month and outcome: claims of a clause by qualifying day.
select date_trunc('month', qualified_on)::date as month, outcome, count(*) as claim_count
from fct_claim
where policy_id = $policy and document = $document and clause_id = $clause and qualified_on is not null
    and ($district::varchar is null or district_code = $district)
    and ($park::varchar is null or park_id = $park)
    and ($year::bigint is null or qualified_year = $year)
group by all
order by month
