-- Every year on file, of the city, its districts and its parks. Thresholds are those of a city; growth is that of the firms on
-- the list in both years (mart_industry_year), never of two different lists.
with
indicators as (select * from {{ source('reference', 'indicator') }}),

breaks as (select * from {{ ref('int_series_breaks') }}),

enterprises as (select * from {{ ref('dim_enterprise') }}),

cells as (
    select *, is_withheld or is_withheld_secondary as is_hidden
    from {{ ref('mart_industry_year') }}
    where cut_kind in ('city', 'district', 'park')
),

features as (
    select
        p.stat_year,
        p.cut_kind,
        p.cut_id,
        sum(p.value) as feature_yuan
    from {{ ref('int_industry_year_parts') }} as p
    inner join {{ ref('stg_statistics') }} as s on p.enterprise_id = s.enterprise_id and p.stat_year = s.stat_year
    where p.measure_id = 'software_revenue' and s.feature_field is not null
    group by p.stat_year, p.cut_kind, p.cut_id
),

-- what the country grew by in a year, from its printed level and rate (亿元)
country as (
    select stat_year, yoy_percent, {{ rate('value * yoy_percent', '(100 + yoy_percent)') }} as increment_yi, is_unverified
    from (
        select
            *,
            row_number() over (
                partition by stat_year
                order by
                    is_preferred desc nulls last, is_unverified asc nulls last, published_on desc nulls last, title asc nulls last
            ) as choice
        from {{ ref('mart_benchmark') }}
        where measure_id = 'software_revenue' and area = '全国' and period_kind = 'year' and yoy_percent is not null
    ) as b
    where choice = 1
),

-- without a list of tenants nobody knows who sits in a park
seated as (
    select *, coalesce(district_code, 'unknown') as district from enterprises
    where software_outcome = 'met' and (select count(*) from {{ ref('fct_tenancy') }}) > 0
),

hundred as (
    select
        year(r.published_on) as stat_year,
        r.enterprise_id,
        coalesce(e.district_code, 'unknown') as district,
        coalesce(e.park_id, 'none') as park_id
    from {{ ref('int_recognitions') }} as r
    left join enterprises as e on r.enterprise_id = e.enterprise_id
    where r.list in ('software_top100', 'internet_top100')
),

told as (
    select 'city_revenue' as indicator_id, cut_kind as scope, cut_id as place_id, stat_year,
        {{ rate('value', '100000000') }} as value,
        cast(null as double) as numerator, cast(null as double) as denominator, growth_rate as change_rate,
        reported_count as firm_count,
        is_hidden,
        cast(null as double) as threshold,
        cast(null as boolean) as is_threshold_unverified
    from cells
    where measure_id = 'software_revenue'

    union all

    select
        'city_growth', 'city', g.cut_id, g.stat_year, 100 * g.growth_rate, g.matched_value, g.base_value, null, g.matched_count,
        g.is_hidden, c.yoy_percent, c.is_unverified
    from cells as g
    left join country as c on g.stat_year = c.stat_year
    where g.measure_id = 'software_revenue' and g.cut_kind = 'city'

    union all

    select
        'city_increment_share', 'city', g.cut_id, g.stat_year,
        case when g.growth_rate is not null
            then 100 * {{ rate('(g.matched_value - g.base_value)', 'c.increment_yi * 100000000') }} end,
        g.matched_value - g.base_value, c.increment_yi * 100000000, null, g.matched_count, g.is_hidden, null, c.is_unverified
    from cells as g
    left join country as c on g.stat_year = c.stat_year
    where g.measure_id = 'software_revenue' and g.cut_kind = 'city'

    union all

    select
        'city_rd_share', r.cut_kind, r.cut_id, r.stat_year, 100 * {{ rate('d.value', 'r.value') }}, d.value as part,
        r.value as whole, null, r.reported_count, r.is_hidden or coalesce(d.is_hidden, false), null, null
    from cells as r
    left join cells as d
        on r.stat_year = d.stat_year and r.cut_kind = d.cut_kind and r.cut_id = d.cut_id and d.measure_id = 'rd_expense'
    where r.measure_id = 'revenue'

    union all

    select
        'city_feature_share', r.cut_kind, r.cut_id, r.stat_year, 100 * {{ rate('f.feature_yuan', 'r.value') }},
        f.feature_yuan, r.value, null, r.reported_count, r.is_hidden, null, null
    from cells as r
    left join features as f on r.stat_year = f.stat_year and r.cut_kind = f.cut_kind and r.cut_id = f.cut_id
    where r.measure_id = 'software_revenue'

    union all

    select
        'city_software_staff', cut_kind, cut_id, stat_year, {{ rate('value', '10000') }}, null, null, growth_rate, reported_count,
        is_hidden, null, null
    from cells
    where measure_id = 'software_staff'

    union all

    select
        'city_park_share', case when grouping(district) = 1 then 'city' else 'district' end, coalesce(district, 'all'),
        year({{ as_of() }}), 100 * {{ rate('count(park_id)', 'count(*)') }}, count(park_id), count(*), null, count(*),
        false, null, null
    from seated
    group by grouping sets ((), (district))
    having count(*) > 0

    union all

    select
        'city_top100',
        case when grouping(district) = 0 then 'district' when grouping(park_id) = 0 then 'park' else 'city' end,
        coalesce(district, park_id, 'all'), stat_year, count(distinct enterprise_id), null, null, null,
        count(distinct enterprise_id), false, null, null
    from hundred
    group by grouping sets ((stat_year), (stat_year, district), (stat_year, park_id))
),

ordered as (
    select
        *,
        lag(value) over (partition by indicator_id, scope, place_id order by stat_year nulls last) as value_before,
        lag(stat_year) over (partition by indicator_id, scope, place_id order by stat_year nulls last) as year_before,
        row_number() over (partition by indicator_id, scope, place_id order by stat_year desc nulls last) as age
    from told
    where place_id <> 'none'
),

-- an indicator without a year on file stands too
lines as (
    select
        i.*, o.scope, o.place_id, o.stat_year, o.value, o.numerator, o.denominator, o.change_rate, o.firm_count, o.is_hidden,
        o.value_before, o.year_before, o.age,
        case when coalesce(o.scope, 'city') = 'city' then coalesce(o.threshold, i.threshold) end as threshold_here,
        coalesce(o.is_threshold_unverified, false) as is_threshold_unverified
    from indicators as i
    left join ordered as o on i.indicator_id = o.indicator_id
)

select
    l.indicator_id,
    coalesce(l.scope, 'city') as scope,
    case when l.scope = 'park' then l.place_id end as park_id,
    case when l.scope = 'district' and l.place_id <> 'unknown' then l.place_id end as district_code,
    case coalesce(l.scope, 'city')
        when 'park' then p.park_name
        when 'district' then coalesce(d.division_name, case l.place_id when 'unknown' then '未知' else l.place_id end)
        else '全市'
    end as place_name,
    l.title,
    cast(l.stat_year as bigint) as stat_year,
    coalesce(l.age = 1, true) as is_newest,
    cast(l.value as double) as value,
    -- what may not be divided is not shown to be divided
    case when l.value is not null then cast(l.numerator as double) end as numerator,
    case when l.value is not null then cast(l.denominator as double) end as denominator,
    case when l.indicator_id = 'city_park_share' then 'firm' when l.numerator is not null then 'yuan' end as parts_unit,
    l.unit,
    case when coalesce(l.scope, 'city') = 'city' then l.comparison else 'none' end as comparison,
    l.threshold_here as threshold,
    case
        when l.threshold_here is null and coalesce(l.scope, 'city') = 'city' and l.comparison = 'at_least' then 'unknown'
        when l.threshold_here is null then 'not_stated'
        when l.value is null then 'unknown'
        when l.value >= l.threshold_here then 'met'
        else 'not_met'
    end as status,
    -- growth over a change of survey scope is withheld
    case
        when l.unit = '%' or b.break_year is not null then null
        when l.indicator_id in ('city_revenue', 'city_software_staff') then l.change_rate
        when l.year_before = l.stat_year - 1 then {{ rate('(l.value - l.value_before)', 'l.value_before') }}
    end as change_rate,
    -- a rate changes by percentage points, never by a share of itself
    case when l.unit = '%' and b.break_year is null and l.year_before = l.stat_year - 1
        then cast(l.value - l.value_before as double) end as change_points,
    l.source,
    l.is_unverified or l.is_threshold_unverified as is_unverified,
    case when b.break_year is not null then '统计口径于 ' || b.break_year || ' 年变更，不计同比' end as series_note,
    cast(l.firm_count as bigint) as firm_count,
    coalesce(l.is_hidden, false) as is_withheld,
    -- counts of firms and ratios: almost the same firms stand on the monthly list, and beside it sums of the yearly one would
    -- tell them apart
    l.indicator_id in ('city_rd_share', 'city_park_share', 'city_top100') as is_open_to_parks,
    l.indicator_order
from lines as l
left join breaks as b on l.stat_year = b.break_year
left join {{ ref('dim_park') }} as p on l.scope = 'park' and l.place_id = p.park_id
left join {{ source('reference', 'division') }} as d on l.scope = 'district' and l.place_id = d.division_code
