-- One row per cut by district and park, month and outcome: claims of a clause by qualifying day.
select
    month, outcome, claim_count, year(month) as year,
    district as district_cut, park as park_cut
from mart_clause_month
where policy_id = $policy and document = $document and clause_id = $clause
order by month, outcome
