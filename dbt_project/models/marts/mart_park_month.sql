-- A tenant counts once a month, from its lease to the day before its end; the last month stands on the as-of day.
{%- set this_month = "cast(date_trunc('month', " ~ as_of() ~ ") as date)" %}
with
months as (
    select
        cast(month as date) as month,
        least({{ end_of_month('month') }}, {{ as_of() }}) as stood_on
    from (select {{ each_months(1, months_later(this_month, -35), this_month) }} as month) as m
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
