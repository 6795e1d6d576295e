-- One row: what the lines of district_uptake.sql add up to, the one of 滨湖 with its zone left out. Null where one is not known.
select
    any_value(count_status) as count_status, case when bool_or(amount_status = 'stated') then 'stated' else 'not_stated' end as amount_status,
    sum(registered_count)::bigint as registered_count, sum(software_count)::bigint as software_count,
    sum(eligible_count)::bigint as eligible_count,
    case when count(applied_count) = count(*) then sum(applied_count) end::bigint as applied_count,
    case when count(paid_count) = count(*) then sum(paid_count) end::bigint as paid_count,
    sum(award_eligible_count)::bigint as award_eligible_count,
    case when count(award_paid_count) = count(*) then sum(award_paid_count) end::bigint as award_paid_count,
    case when count(award_paid_count) = count(*) then sum(award_paid_count) end / nullif(sum(award_eligible_count), 0)::double as award_payout_rate,
    sum(ceiling_yuan)::decimal(18, 2) as ceiling_yuan,
    case when count(paid_yuan) = count(*) then sum(paid_yuan) end::decimal(18, 2) as paid_yuan,
    case when count(outreach_count) = count(*) then sum(outreach_count) end::bigint as outreach_count,
    sum(outreach_yuan)::decimal(18, 2) as outreach_yuan
from district_uptake
where not is_total_line
having count(*) > 0
