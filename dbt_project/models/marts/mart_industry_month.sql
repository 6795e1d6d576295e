with
parts as (select * from {{ ref('int_industry_month_parts') }}),

places as (select * from {{ ref('int_industry_places') }}),

doubted as (
    select enterprise_id, period from {{ ref('fct_software_month') }}
    where not is_counted
),

names as (
    {{ industry_cut_names() }}
),

summed as (
    select
        period,
        cut_kind,
        cut_id,
        measure_id,
        {{ industry_sums() | indent(8) }}
    from parts
    group by period, cut_kind, cut_id, measure_id
),

-- who came and who went since the period before, where each is now or was then
steps as (
    select
        *,
        is_reported and period_no > 1 and coalesce(lag(period_no) over of_firm <> period_no - 1, true) as is_entered,
        is_reported and coalesce(lead(period_no) over of_firm <> period_no + 1, true) as is_last
    from places
    where is_reported
    window of_firm as (partition by enterprise_id order by period_no nulls last)
),

periods as (select distinct period, period_no, stat_year, period_end_on from places),

firm_lines as (
    select
        p.period, p.district_code, p.park_id, p.enterprise_id, p.is_due, p.is_reported,
        coalesce(s.is_entered, false) as is_entered,
        false as is_left
    from places as p
    left join steps as s on p.enterprise_id = s.enterprise_id and p.period = s.period
    union all
    select
        n.period, s.district_code, s.park_id, s.enterprise_id, false as is_due, false as is_reported, false as is_entered,
        true as is_left
    from steps as s
    inner join periods as n on s.period_no + 1 = n.period_no
    where s.is_last
),

counted as (
    {%- for kind, id in [
        ['city', "'all'"], ['district', "coalesce(f.district_code, 'unknown')"], ['park', "coalesce(f.park_id, 'none')"]
    ] %}
    select
        f.period,
        '{{ kind }}' as cut_kind,
        {{ id }} as cut_id,
        count(*) filter (where f.is_due) as due_count,
        count(*) filter (where f.is_due and f.is_reported) as reported_due_count,
        count(*) filter (where f.is_entered) as entered_count,
        count(*) filter (where f.is_left) as left_count,
        count(d.enterprise_id) filter (where f.is_reported) as doubtful_count
    from firm_lines as f
    left join doubted as d on f.enterprise_id = d.enterprise_id and f.period = d.period
    group by 1, 2, 3
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

unregistered as (
    select period, count(*) as unregistered_count from {{ ref('stg_software_monthly') }}
    where enterprise_id is null
    group by period
),

-- who stands in one alone of two sums: what the cell told a year before, and the bases matched now. Beside the one, growth
-- tells the other.
told as (
    select period, cut_kind, cut_id, measure_id, enterprise_id, value, base_value, is_matched from parts
    where cut_kind in ('district', 'park')
),

matched as (
    select * from told
    where is_matched
),

changed as (
    select
        coalesce(n.period, cast(cast(substr(b.period, 1, 4) as integer) + 1 as string) || substr(b.period, 5)) as period,
        coalesce(n.cut_kind, b.cut_kind) as cut_kind,
        coalesce(n.cut_id, b.cut_id) as cut_id,
        coalesce(n.measure_id, b.measure_id) as measure_id,
        abs(coalesce(n.base_value, b.value)) as figure
    from matched as n
    full outer join told as b
        on n.cut_kind = b.cut_kind and n.cut_id = b.cut_id and n.measure_id = b.measure_id and n.enterprise_id = b.enterprise_id
        and n.period = cast(cast(substr(b.period, 1, 4) as integer) + 1 as string) || substr(b.period, 5)
    where (n.enterprise_id is null or b.enterprise_id is null) and coalesce(n.base_value, b.value) <> 0
),

changes as (
    select
        period, cut_kind, cut_id, measure_id,
        {{ shows_one('count(*)', 'max(figure)', 'sum(figure)') }} as is_growth_withheld
    from changed
    group by period, cut_kind, cut_id, measure_id
),

withheld as (
    {{ withheld_cells('summed', 'period, cut_kind, measure_id') }}
)

select
    w.period,
    p.stat_year,
    cast(substr(w.period, 6, 2) as bigint) as month_no,
    p.period_end_on,
    w.cut_kind,
    w.cut_id,
    coalesce(n.cut_name, w.cut_id) as cut_name,
    cast(coalesce(n.cut_order, 905) as bigint) as cut_order,
    w.measure_id,
    {{ unit_of_measure('w.measure_id') }} as unit,
    {{ industry_columns('w') | indent(4) }},
    coalesce(g.is_growth_withheld, false) as is_growth_withheld,
    c.due_count,
    c.reported_due_count,
    c.doubtful_count,
    c.entered_count,
    c.left_count,
    case when w.cut_kind = 'city' then coalesce(u.unregistered_count, 0) end as unregistered_count
from withheld as w
inner join periods as p on w.period = p.period
left join names as n on w.cut_kind = n.cut_kind and w.cut_id = n.cut_id
left join counted as c on w.period = c.period and w.cut_kind = c.cut_kind and w.cut_id = c.cut_id
left join changes as g
    on w.period = g.period and w.cut_kind = g.cut_kind and w.cut_id = g.cut_id and w.measure_id = g.measure_id
left join unregistered as u on w.period = u.period
