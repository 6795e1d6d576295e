-- From the yearly list alone: growth over the firms on it in both years, withheld over a change of survey scope.
with
parts as (select * from {{ ref('int_industry_year_parts') }}),

names as (
    {{ industry_cut_names() }}
),

breaks as (select * from {{ ref('int_series_breaks') }}),

summed as (
    select
        stat_year,
        cut_kind,
        cut_id,
        measure_id,
        {{ industry_sums() | indent(8) }}
    from parts
    group by stat_year, cut_kind, cut_id, measure_id
),

withheld as (
    {{ withheld_cells('summed', 'stat_year, cut_kind, measure_id') }}
),

-- on the list of one year and not on that of the year before, or the reverse; over the thresholds by main revenue
listed as (
    select enterprise_id, stat_year, revenue_yuan from {{ ref('stg_statistics') }}
    where is_on_software_list and enterprise_id is not null and stat_year < year({{ as_of() }}) + 1
),

years as (
    select stat_year, row_number() over (order by stat_year nulls last) as year_no
    from (select distinct stat_year from listed) as l
),

crossed as (
    select
        coalesce(n.stat_year, b.stat_year + 1) as stat_year,
        count(*) filter (where n.enterprise_id is not null and b.enterprise_id is null) as entered_count,
        count(*) filter (where n.enterprise_id is null) as left_count,
        {%- for word, least in [['500w', 5000000], ['2000w', 20000000]] %}
        count(*) filter (where n.revenue_yuan >= {{ least }}) as above_{{ word }}_count,
        count(*) filter (where n.revenue_yuan >= {{ least }} and b.revenue_yuan < {{ least }}) as crossed_{{ word }}_up_count,
        count(*) filter (where n.revenue_yuan < {{ least }} and b.revenue_yuan >= {{ least }}) as crossed_{{ word }}_down_count
        {{- ',' if not loop.last }}
        {%- endfor %}
    from listed as n
    full outer join listed as b on n.enterprise_id = b.enterprise_id and n.stat_year = b.stat_year + 1
    group by 1
),

samples as (
    select stat_year, measure_id, value as sample_value from {{ ref('mart_industry_month') }}
    where cut_kind = 'city' and month_no = 12
)

select
    w.stat_year,
    w.cut_kind,
    w.cut_id,
    coalesce(n.cut_name, case w.cut_id when 'unknown' then '未知' else w.cut_id end) as cut_name,
    cast(coalesce(n.cut_order, case w.cut_id when 'unknown' then 910 else 500 end) as bigint) as cut_order,
    w.measure_id,
    {{ unit_of_measure('w.measure_id') }} as unit,
    {{ industry_columns('w', 'b.break_year is null') | indent(4) }},
    case when b.break_year is not null then '统计口径于 ' || b.break_year || ' 年变更，不计同比' end as series_note,
    case when w.cut_kind = 'city' then s.sample_value end as sample_value,
    case when w.cut_kind = 'city' then {{ rate('s.sample_value', 'w.value') }} end as sample_share,
    {%- for column in ['entered_count', 'left_count'] %}
    case when w.cut_kind = 'city' and y.year_no > 1 then c.{{ column }} end as {{ column }},
    {%- endfor %}
    {%- for column in ['above_500w_count', 'above_2000w_count'] %}
    case when w.cut_kind = 'city' then c.{{ column }} end as {{ column }},
    {%- endfor %}
    {%- for column in [
        'crossed_500w_up_count', 'crossed_500w_down_count', 'crossed_2000w_up_count', 'crossed_2000w_down_count'
    ] %}
    case when w.cut_kind = 'city' and y.year_no > 1 then c.{{ column }} end as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
from withheld as w
left join names as n on w.cut_kind = n.cut_kind and w.cut_id = n.cut_id
left join breaks as b on w.stat_year = b.break_year
left join samples as s on w.stat_year = s.stat_year and w.measure_id = s.measure_id
left join years as y on w.stat_year = y.stat_year
left join crossed as c on w.stat_year = c.stat_year
