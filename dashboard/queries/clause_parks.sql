-- One row per park: claims of a clause, and how far they came. Asked whole.
select
    nullif(park, 'none') as park_id, park_name, claim_count, eligible_count, applied_count, paid_count, paid_yuan,
    park, district, year
from mart_clause_cut
where policy_id = $policy and document = $document and clause_id = $clause
    and park != 'all' and ($park::varchar is null or park = $park)
    and district = $district_cut and year = $year_cut
