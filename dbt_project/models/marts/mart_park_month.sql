-- A tenant counts once a month, from its lease to the day before its end; the last month stands on the as-of day.
with
months as (
    select
        cast(range as date) as month,
        cast(least(range + interval 1 month - interval 1 day, {{ as_of() }}) as date) as stood_on
    from range(
        date_trunc('month', {{ as_of() }}) - interval 35 months,
        date_trunc('month', {{ as_of() }}) + interval 1 day,
        interval 1 month
    )
)

select
    p.park_id,
    m.month,
    count(distinct l.enterprise_id) as tenant_count
from {{ ref('dim_park') }} as p
cross join months as m
left join {{ ref('fct_tenancy') }} as l
    on
        p.park_id = l.park_id and m.stood_on >= l.moved_in_on
        and coalesce(m.stood_on < l.moved_out_on, true)
group by p.park_id, m.month
