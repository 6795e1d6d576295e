-- The firm's yearly statistics as an event sees them: a year of them its own and those before it, by the last word; any other
-- event the last year that had come by its day, as it was told then. Never a later one. Whether the last year is too old is
-- asked by each clause (D20.age of its policy).
{%- set of_years = [
    'software_revenue_yuan', 'revenue_yuan', 'rd_expense_yuan', 'product_revenue_yuan', 'it_service_revenue_yuan', 'security_revenue_yuan',
    'embedded_revenue_yuan', 'profit_yuan', 'wages_yuan', 'staff_count', 'software_staff_count', 'export_usd',
] %}
with
told as (select * from {{ ref('int_event_years') }}),

reach as (
    select
        event_id,
        max(stat_year) as newest_year,
        min(stat_year) as oldest_year
    from told
    group by event_id
),

years as (
    select
        event_id,
        newest_year - back as stat_year,
        back
    from (
        select
            *,
            unnest(range(0, newest_year - oldest_year + 1)) as back
        from reach
    ) as spread
),

-- over a year with whose report the scope changed, of the city's survey or of this firm, nothing is compared
breaks as (
    select
        r.event_id,
        b.break_year
    from reach as r
    inner join {{ ref('int_series_breaks') }} as b on r.newest_year >= b.break_year
    union
    select
        event_id,
        stat_year as break_year
    from told
    where scope_words is not null
    qualify scope_words <> lag(scope_words) over (partition by event_id order by stat_year)
),

break_lists as (
    select
        event_id,
        list(break_year order by break_year) as break_years
    from breaks
    group by event_id
),

figures as (
    select
        y.event_id,
        {%- for name in of_years + ['main_field', 'feature_field', 'stat_scope', 'is_on_software_list', 'is_scale_service'] %}
        max(t.{{ name }}) filter (where y.back = 0) as {{ name }},
        {%- endfor %}
        {%- for name in of_years %}
        list(t.{{ name }} order by y.back) filter (where y.back > 0) as {{ name }}_before,
        {%- endfor %}
        max(t.told_on) filter (where y.back = 0) as told_on
    from years as y
    left join told as t on y.event_id = t.event_id and y.stat_year = t.stat_year
    group by y.event_id
)

select
    r.event_id,
    r.newest_year as figure_year,
    b.break_years,
    r.newest_year || ' 年统计（' || f.told_on || ' 收到）' as figure_words,
    f.* exclude (event_id, told_on)
from reach as r
left join figures as f on r.event_id = f.event_id
left join break_lists as b on r.event_id = b.event_id
