-- One row per clause, cut by district and year, and park: claims of a clause, and how far they came.
select
    nullif(park, 'none') as park_id, park_name, claim_count, eligible_count, applied_count, paid_count, paid_yuan,
    clause_id as clause_cut, district as district_cut, year as year_cut
from mart_clause_cut
where policy_id = $policy and document = $document
    and park != 'all'
