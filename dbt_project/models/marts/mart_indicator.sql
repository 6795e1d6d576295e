with
indicators as (select * from {{ source('reference', 'indicator') }}),

breaks as (select * from {{ source('reference', 'series_break') }}),

statistics as (select * from {{ ref('stg_statistics') }}
where is_on_software_list and stat_year < year({{ as_of() }}) + 1
),

enterprises as (select * from {{ ref('dim_enterprise') }}),

yearly as (
    select
        stat_year,
        sum(software_revenue_yuan) as software_revenue_yuan,
        sum(revenue_yuan) as revenue_yuan,
        sum(rd_expense_yuan) as rd_expense_yuan,
        sum(software_revenue_yuan) filter (where feature_field is not null) as feature_revenue_yuan,
        sum(software_staff_count) as software_staff_count
    from statistics
    group by stat_year
),

values_by_year as (
    select 'city_revenue' as indicator_id, stat_year, software_revenue_yuan / 100000000.0 as value,
        cast(null as double) as numerator, cast(null as double) as denominator
    from yearly

    union all

    select 'city_rd_share', stat_year, 100 * {{ rate('rd_expense_yuan', 'revenue_yuan') }}, rd_expense_yuan, revenue_yuan
    from yearly

    union all

    select 'city_feature_share', stat_year, 100 * {{ rate('feature_revenue_yuan', 'software_revenue_yuan') }},
        feature_revenue_yuan, software_revenue_yuan
    from yearly

    union all

    select 'city_software_staff', stat_year, software_staff_count / 10000.0, null, null
    from yearly

    union all

    select 'city_park_share', year({{ as_of() }}), 100 * {{ rate('count(park_id)', 'count(*)') }}, count(park_id), count(*)
    from enterprises
    -- without a list of tenants nobody knows who sits in a park
    where software_outcome = 'met' and (select count(*) from {{ ref('fct_tenancy') }}) > 0
    having count(*) > 0

    union all

    select 'city_top100', year(published_on), count(distinct enterprise_id), null, null
    from {{ ref('int_recognitions') }}
    where list in ('software_top100', 'internet_top100')
    group by year(published_on)
),

ordered as (
    select
        *,
        lag(value) over (partition by indicator_id order by stat_year) as value_before,
        lag(stat_year) over (partition by indicator_id order by stat_year) as year_before,
        row_number() over (partition by indicator_id order by stat_year desc) as age
    from values_by_year
)

select
    i.indicator_id,
    'city' as scope,
    cast(null as string) as park_id,
    i.title,
    cast(o.stat_year as bigint) as stat_year,
    cast(o.value as double) as value,
    cast(o.numerator as double) as numerator,
    cast(o.denominator as double) as denominator,
    i.unit,
    i.comparison,
    i.threshold,
    case
        when i.threshold is null then 'not_stated'
        when o.value is null then 'unknown'
        when o.value >= i.threshold then 'met'
        else 'not_met'
    end as status,
    -- growth over a change of survey scope is withheld
    case when i.unit <> '%' and b.break_year is null and o.year_before = o.stat_year - 1
        then {{ rate('(o.value - o.value_before)', 'o.value_before') }} end as change_rate,
    -- a rate changes by percentage points, never by a share of itself
    case when i.unit = '%' and b.break_year is null and o.year_before = o.stat_year - 1
        then cast(o.value - o.value_before as double) end as change_points,
    i.source,
    i.is_unverified,
    case when b.break_year is not null then '统计口径于 ' || b.break_year || ' 年变更，不计同比' end as series_note,
    i.indicator_order
from indicators as i
left join ordered as o on i.indicator_id = o.indicator_id and o.age = 1
left join breaks as b on o.stat_year = b.break_year
