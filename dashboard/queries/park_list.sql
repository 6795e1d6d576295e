-- One row per park: tenants, certificates, rent, and uptake without rent beside the city's median; rent apart, where the policy has a clause on it.
with kinds as (
    select * from mart_kind_uptake where policy_id = $policy and document = $document and cut = 'park'
),

law as (   -- as rent_clauses.sql
    select case when count(*) = 0 then 'no_clause' else min(count_status) end as rent_status
    from dim_clause
    where is_current and policy_id = $policy and document = $document and is_of_rent
)

select
    kpi.park_id, kpi.park_name, kpi.district_code, dim_park.district_name, dim_park.operator_name, dim_park.opened_on,
    kpi.tenant_count, kpi.software_tenant_count, kpi.leased_area_m2, kpi.built_area_m2, kpi.occupancy_rate,
    kpi.certificate_count, kpi.rent_yuan, kpi.rent_floor_yuan, kpi.rent_subsidy_yuan,
    law.rent_status, case when law.rent_status <> 'no_clause' then kpi.below_floor_count end as below_floor_count,
    coalesce(award.claim_count, 0) as claim_count, coalesce(award.eligible_count, 0) as eligible_count,
    coalesce(award.open_count, 0) as open_count, case when award.claim_count is null then 0 else award.applied_count end as applied_count,
    case when award.claim_count is null then 0 else award.paid_count end as paid_count, award.payout_rate, award.payout_rate_low, award.payout_rate_high,
    (select any_value(median_payout_rate) from kinds where kind = 'award') as median_payout_rate,
    coalesce((select any_value(is_median_withheld) from kinds where kind = 'award'), false) as is_median_withheld,
    coalesce(rent.eligible_count, 0) as rent_eligible_count,
    case when rent.claim_count is null then 0 else rent.paid_count end as rent_paid_count,
    rent.payout_rate as rent_payout_rate, kpi.ceiling_yuan, kpi.paid_yuan, kpi.outreach_count, kpi.outreach_yuan, kpi.amount_status
from mart_park_kpi as kpi
left join dim_park on kpi.park_id = dim_park.park_id
left join kinds as award on kpi.park_id = award.park_id and award.kind = 'award'
left join kinds as rent on kpi.park_id = rent.park_id and rent.kind = 'rent'
cross join law
where kpi.policy_id = $policy and kpi.document = $document
