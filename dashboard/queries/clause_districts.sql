-- One row per clause, cut by park and year, and district of the registered firm: claims of a clause, and how far they came.
select
    nullif(district, 'none') as district_code, district_name, claim_count, eligible_count, applied_count, paid_count, paid_yuan,
    clause_id as clause_cut, park as park_cut, year as year_cut
from mart_clause_cut
where policy_id = $policy and document = $document
    and district != 'all'
