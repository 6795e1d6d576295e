-- One row per month and outcome: claims of a clause by qualifying day.
select month, outcome, claim_count
from mart_clause_month
where policy_id = $policy and document = $document and clause_id = $clause
    and district = $district_cut and park = $park_cut
order by month, outcome
