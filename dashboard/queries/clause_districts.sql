-- One row per district of the registered firm: claims of a clause, and how far they came. Asked whole.
select
    nullif(district, 'none') as district_code, district_name, claim_count, eligible_count, applied_count, paid_count, paid_yuan,
    district, park, year
from mart_clause_cut
where policy_id = $policy and document = $document and clause_id = $clause
    and district != 'all' and ($district::varchar is null or district = $district)
    and park = $park_cut and year = $year_cut
