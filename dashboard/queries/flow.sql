-- One row per month of the last 24, oldest first: what qualified, was applied for and was paid; city or one park.
-- Null is what never came, not a month without any.
with flow as (
    select month, sum(eligible_count)::bigint as eligible_count, sum(submitted_count)::bigint as submitted_count,
        sum(paid_count)::bigint as paid_count, sum(paid_yuan)::decimal(18, 2) as paid_yuan, sum(open_count)::bigint as open_count
    from mart_monthly_flow
    where (policy_id, document) in (select unnest($policies), unnest($documents)) and park = $park_cut and measure = 'all'
    group by month
),

-- one whose policy cannot be told is told under every policy, and once under all of them
found as (
    select month, finding_count from mart_monthly_flow
    where policy_id = $policy and document = $document and park = $park_cut and measure = 'all'
),

known as (
    select bool_and(have_applications) as have_applications, bool_and(have_payments) as have_payments from mart_month_end
    where (policy_id, document) in (select unnest($policies), unnest($documents)) and park = $park_cut
)

select
    range::date as month,
    coalesce(flow.eligible_count, 0) as eligible_count,
    case when known.have_applications then coalesce(flow.submitted_count, 0) end as submitted_count,
    case when known.have_payments then coalesce(flow.paid_count, 0) end as paid_count,
    case when known.have_payments then coalesce(flow.paid_yuan, 0) end as paid_yuan,
    coalesce(flow.open_count, 0) as open_count,
    coalesce(found.finding_count, 0) as finding_count
from range(
    date_trunc('month', $as_of::date) - interval 23 months,
    date_trunc('month', $as_of::date) + interval 1 day,
    interval 1 month
)
left join flow
    on flow.month = range::date
left join found
    on found.month = range::date
cross join known
order by range
