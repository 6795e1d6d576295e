-- One row per park: tenants, certificates, rent and uptake beside the city's median.
select
    mart_park_kpi.park_id, mart_park_kpi.park_name, mart_park_kpi.district_code, dim_park.district_name,
    dim_park.operator_name, dim_park.opened_on, tenant_count, software_tenant_count, mart_park_kpi.leased_area_m2,
    mart_park_kpi.built_area_m2, occupancy_rate, certificate_count, rent_yuan, rent_floor_yuan, rent_subsidy_yuan,
    below_floor_count, median_payout_rate, claim_count, eligible_count, open_count, applied_count, paid_count,
    application_rate, payout_rate, payout_rate_low, payout_rate_high, ceiling_yuan, paid_yuan, outreach_count,
    outreach_yuan
from mart_park_kpi
left join dim_park using (park_id)
where policy_id = $policy and document = $document
    and ($park::varchar is null or park_id = $park)
    and ($district::varchar is null or mart_park_kpi.district_code = $district)
