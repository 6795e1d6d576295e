-- Districts and parks are those of the data day. A cohort is told of once all its firms have had the years.
with
firms as (
    select
        coalesce(district_code, 'none') as district,
        coalesce(park_id, 'none') as park,
        cast(year(registered_on) as bigint) as cohort_year,
        registered_on,
        gone_how,
        gone_on
    from {{ ref('dim_enterprise') }}
    where registered_on is not null
),

told as (
    select coalesce(bool_or(registration_status is not null or deregistered_on is not null), false) as are_closings_known
    from {{ ref('dim_enterprise') }}
),

years as (select years from (values (1), (2), (3), (5), (10)) as v (years)),

counted as (
    select
        {{ cut_columns(['district', 'park']) }},
        f.cohort_year,
        y.years,
        count(*) as firm_count,
        count(*) filter (where f.gone_on <= {{ months_later('f.registered_on', '12 * y.years') }}) as gone_count,
        count(*) filter (where f.gone_how is not null and f.gone_on is null) as undated_count
    from firms as f
    inner join years as y on make_date(cast(f.cohort_year + y.years as integer), 12, 31) <= {{ as_of() }}
    group by f.cohort_year, y.years, cube (district, park)
)

select
    c.district,
    c.park,
    c.cohort_year,
    cast(c.years as bigint) as years,
    c.firm_count,
    case when t.are_closings_known then c.gone_count end as gone_count,
    case when t.are_closings_known then c.undated_count end as undated_count,
    case when t.are_closings_known then {{ rate('(c.firm_count - c.gone_count - c.undated_count)', 'c.firm_count') }} end
        as survival_rate_low,
    case when t.are_closings_known then {{ rate('(c.firm_count - c.gone_count)', 'c.firm_count') }} end as survival_rate
from counted as c
cross join told as t
