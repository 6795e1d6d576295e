-- One row per district of the registered firm: claims of a clause, and how far they came.
select
    fct_claim.district_code,
    min(mart_district_kpi.district_name) as district_name,
    count(*) as claim_count,
    count(*) filter (where outcome = 'eligible') as eligible_count,
    count(*) filter (where outcome = 'eligible' and is_applied) as applied_count,
    count(*) filter (where outcome = 'eligible' and is_paid) as paid_count,
    sum(fct_claim.paid_yuan) filter (where outcome = 'eligible') as paid_yuan
from fct_claim
left join mart_district_kpi
    on fct_claim.district_code = mart_district_kpi.district_code
    and fct_claim.policy_id = mart_district_kpi.policy_id and fct_claim.document = mart_district_kpi.document
where fct_claim.policy_id = $policy and fct_claim.document = $document and fct_claim.clause_id = $clause
    and ($district::varchar is null or fct_claim.district_code = $district)
    and ($park::varchar is null or fct_claim.park_id = $park)
    and ($year::bigint is null or fct_claim.qualified_year = $year)
group by fct_claim.district_code
