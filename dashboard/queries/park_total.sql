-- One row: what the parks of park_list.sql add up to, and the rates of these sums. Null where one is not known.
select
    sum(tenant_count)::bigint as tenant_count,
    case when count(leased_area_m2) = count(*) and count(built_area_m2) = count(*) then sum(leased_area_m2) / nullif(sum(built_area_m2), 0) end as occupancy_rate,
    sum(certificate_count)::bigint as certificate_count, sum(eligible_count)::bigint as eligible_count,
    case when count(paid_count) = count(*) then sum(paid_count) end::bigint as paid_count,
    case when count(paid_count) = count(*) then sum(paid_count) end / nullif(sum(eligible_count), 0)::double as payout_rate,
    sum(rent_eligible_count)::bigint as rent_eligible_count,
    case when count(rent_paid_count) = count(*) then sum(rent_paid_count) end::bigint as rent_paid_count,
    case when count(rent_paid_count) = count(*) then sum(rent_paid_count) end / nullif(sum(rent_eligible_count), 0)::double as rent_payout_rate,
    any_value(rent_status) as rent_status, sum(below_floor_count)::bigint as below_floor_count,
    case when count(paid_yuan) = count(*) then sum(paid_yuan) end::decimal(18, 2) as paid_yuan,
    case when count(outreach_count) = count(*) then sum(outreach_count) end::bigint as outreach_count,
    case when bool_or(amount_status = 'stated') then 'stated' else 'not_stated' end as amount_status,
    sum(outreach_yuan)::decimal(18, 2) as outreach_yuan
from park_list
having count(*) > 0
