-- One row per month of the last 36: firms whose lease runs at its end, or on the as-of day for the last.
with months as (
    select range::date as month, least(range + interval 1 month - interval 1 day, $as_of::date)::date as stood_on
    from range(
        date_trunc('month', $as_of::date) - interval 35 months,
        date_trunc('month', $as_of::date) + interval 1 day,
        interval 1 month
    )
)

select months.month, count(distinct lease.enterprise_id) as tenant_count
from months
left join fct_tenancy as lease
    on lease.park_id = $park and lease.moved_in_on <= months.stood_on
    and coalesce(lease.moved_out_on > months.stood_on, true)
group by months.month
order by months.month
