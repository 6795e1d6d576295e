-- The firm's yearly statistics as an event sees them: a year of them its own and those before it, by the last word; any other
-- event the last year that had come by its day, as it was told then, if it is not older than two years. Never a later one.
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
        min(stat_year) as oldest_year,
        bool_or(is_of_year) or max(stat_year) >= year(max(qualified_on)) - 2 as is_new_enough
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
        where is_new_enough
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
    case when r.is_new_enough then r.newest_year end as figure_year,
    b.break_years,
    case
        when not r.is_new_enough then '资格日时最近的统计为 ' || r.newest_year || ' 年，早于前两年，不用'
        else r.newest_year || ' 年统计（' || f.told_on || ' 收到）'
    end as figure_words,
    f.* exclude (event_id, told_on)
from reach as r
left join figures as f on r.event_id = f.event_id
left join break_lists as b on r.event_id = b.event_id
