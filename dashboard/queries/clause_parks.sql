-- One row per park: claims of a clause, and how far they came.
select
    fct_claim.park_id,
    min(dim_park.park_name) as park_name,
    count(*) as claim_count,
    count(*) filter (where outcome = 'eligible') as eligible_count,
    count(*) filter (where outcome = 'eligible' and is_applied) as applied_count,
    count(*) filter (where outcome = 'eligible' and is_paid) as paid_count,
    sum(paid_yuan) filter (where outcome = 'eligible') as paid_yuan
from fct_claim
left join dim_park using (park_id)
where policy_id = $policy and document = $document and clause_id = $clause
    and ($district::varchar is null or fct_claim.district_code = $district)
    and ($park::varchar is null or park_id = $park)
    and ($year::bigint is null or qualified_year = $year)
group by fct_claim.park_id
