-- The city's matched growth beside the printed rate of the country and the province: never a rate made of two levels, and
-- where a month was not published the last one that was.
with
growth as (
    select period, stat_year, month_no, measure_id, growth_rate from {{ ref('mart_industry_month') }}
    where cut_kind = 'city'
),

areas as (
    select '全国' as area
    union all
    select province_name as area from {{ source('reference', 'city') }}
),

printed as (
    select * from {{ ref('mart_benchmark') }}
    where measure_id is not null and period_kind = 'month' and yoy_percent is not null
),

-- a value and its rate may stand in two releases: here the rate counts
chosen as (
    select
        p.*,
        row_number() over (
            partition by p.measure_id, p.area, p.period
            order by
                p.is_preferred desc nulls last, p.is_unverified asc nulls last, p.published_on desc nulls last,
                p.title asc nulls last
        ) as choice
    from printed as p
),

compared as (
    select
        g.period,
        g.measure_id,
        a.area,
        max(c.period) as compared_period
    from growth as g
    cross join areas as a
    inner join chosen as c on g.measure_id = c.measure_id and a.area = c.area and g.period >= c.period and c.choice = 1
    inner join growth as own on c.period = own.period and c.measure_id = own.measure_id and own.growth_rate is not null
    group by g.period, g.measure_id, a.area
)

select
    g.period,
    g.stat_year,
    g.month_no,
    g.measure_id,
    a.area,
    g.growth_rate as city_growth_rate,
    c.compared_period,
    b.yoy_percent,
    100 * own.growth_rate as city_yoy_percent,
    100 * own.growth_rate - b.yoy_percent as gap_points,
    coalesce(c.compared_period = g.period, false) as is_same_period,
    b.is_unverified,
    b.issuer,
    b.title,
    b.published_on,
    b.note
from growth as g
cross join areas as a
left join compared as c on g.period = c.period and g.measure_id = c.measure_id and a.area = c.area
left join chosen as b on c.compared_period = b.period and c.measure_id = b.measure_id and c.area = b.area and b.choice = 1
left join growth as own on c.compared_period = own.period and c.measure_id = own.measure_id
