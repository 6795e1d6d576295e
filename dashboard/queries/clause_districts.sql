-- One row per cut by park and year, and district of the registered firm: claims of a clause, and how far they came.
select
    nullif(district, 'none') as district_code, district_name, claim_count, eligible_count, applied_count, paid_count, paid_yuan,
    park as park_cut, year as year_cut
from mart_clause_cut
where policy_id = $policy and document = $document and clause_id = $clause
    and district != 'all'
