-- One row per district of the registered firm: claims of a clause, and how far they came.
select
    nullif(district, 'none') as district_code, district_name, claim_count, eligible_count, applied_count, paid_count, paid_yuan
from mart_clause_cut
where policy_id = $policy and document = $document and clause_id = $clause
    and district != 'all'
    and park = $park_cut and year = $year_cut
