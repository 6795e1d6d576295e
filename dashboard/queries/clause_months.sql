-- One row per month and outcome: claims of a clause by qualifying day. Asked whole.
select month, outcome, claim_count, district, park, year(month) as year
from mart_clause_month
where policy_id = $policy and document = $document and clause_id = $clause
    and district = $district_cut and park = $park_cut
    and ($year::bigint is null or year = $year)
order by month
