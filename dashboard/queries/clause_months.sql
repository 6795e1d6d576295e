-- One row per clause, cut by district and park, month and outcome: claims of a clause by qualifying day.
select
    month, outcome, claim_count, year(month) as year,
    clause_id as clause_cut, district as district_cut, park as park_cut
from mart_clause_month
where policy_id = $policy and document = $document
order by month, outcome
