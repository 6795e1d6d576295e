-- One row per kind (rent subsidies, all other awards): what the rows of measure_uptake.sql that are counted add up to. Null where one is not known.
select
    kind, 'known' as count_status, case when bool_or(amount_status = 'stated') then 'stated' else 'not_stated' end as amount_status,
    sum(claim_count)::bigint as claim_count, sum(eligible_count)::bigint as eligible_count,
    sum(needs_review_count)::bigint as needs_review_count, sum(undetermined_count)::bigint as undetermined_count,
    sum(not_eligible_count)::bigint as not_eligible_count,
    case when count(applied_count) = count(*) then sum(applied_count) end::bigint as applied_count,
    case when count(paid_count) = count(*) then sum(paid_count) end::bigint as paid_count,
    case when count(paid_count) = count(*) then sum(paid_count) end / nullif(sum(eligible_count), 0)::double as payout_rate,
    sum(ceiling_yuan)::decimal(18, 2) as ceiling_yuan,
    case when count(paid_yuan) = count(*) then sum(paid_yuan) end::decimal(18, 2) as paid_yuan,
    case when count(outreach_count) = count(*) then sum(outreach_count) end::bigint as outreach_count,
    sum(outreach_yuan)::decimal(18, 2) as outreach_yuan
from measure_uptake
where count_status = 'known'
group by kind
order by kind
