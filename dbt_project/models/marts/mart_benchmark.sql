-- As published: two values of one figure are two rows. Only the one to draw is chosen.
with
series as (select * from {{ source('reference', 'benchmark_series') }}),

shipped as (select * from {{ source('reference', 'benchmark') }}),

arrived as (select * from {{ ref('stg_benchmarks') }}),

levels as (
    select
        area,
        min(area_level) as area_level
    from shipped
    group by area
),

published as (
    select
        series_id, area, area_level, period, value, unit, yoy_percent, vintage, published_on, issuer, title, page_address,
        checked_by, survey_scope, note
    from shipped

    union all

    -- what a file says anew under the same title is taken once, as the file says it
    select
        coalesce(s.series_id, a.series), a.area,
        case when a.area = '全国' then 'national' else coalesce(l.area_level, 'region') end,
        a.period, a.value, coalesce(a.unit, s.unit), a.yoy_percent, a.vintage, a.published_on, a.issuer, a.title,
        null as page_address, 'file' as checked_by, null as survey_scope, null as note
    from arrived as a
    left join series as s on a.series = s.word
    left join levels as l on a.area = l.area
),

-- What nobody knew on the day is not seen; without a day of publication, what is of a later period.
seen as (
    select *
    from published
    where
        coalesce(
            published_on,
            case
                when length(period) = 4 then make_date(cast(period as int), 12, 31)
                else {{ end_of_month("make_date(cast(substr(period, 1, 4) as int), cast(substr(period, 6, 2) as int), 1)") }}
            end
        ) <= {{ as_of() }}
),

single as (
    select
        *,
        row_number() over (
            partition by series_id, area, period, vintage, title
            order by
                checked_by = 'file' desc nulls last, published_on desc nulls last, value desc nulls last,
                yoy_percent desc nulls last,
                issuer asc nulls last, page_address asc nulls last, note asc nulls last
        ) as choice
    from seen
),

named as (
    select
        p.*,
        s.series_title,
        s.series_order,
        s.measure_id,
        s.part_id,
        s.breaks,
        length(p.period) = 4 as is_year,
        lag(p.period) over (partition by p.series_id, p.area, length(p.period) order by p.period nulls last) as period_before
    from single as p
    left join (select distinct series_id, series_title, series_order, measure_id, part_id, breaks from series) as s
        on p.series_id = s.series_id
    where p.choice = 1
)

select
    series_id,
    coalesce(series_title, series_id) as series_title,
    cast(coalesce(series_order, 900) as bigint) as series_order,
    measure_id,
    part_id,
    area,
    area_level,
    area = '全国' or c.province_name is not null as is_own_area,
    case when is_year then 'year' else 'month' end as period_kind,
    period,
    cast(substr(period, 1, 4) as bigint) as stat_year,
    case when is_year then 12 else cast(substr(period, 6, 2) as bigint) end as month_no,
    value,
    unit,
    yoy_percent,
    vintage,
    published_on,
    issuer,
    title,
    page_address,
    checked_by,
    checked_by = 'one_page' as is_unverified,
    survey_scope,
    note,
    not is_year and coalesce({{ any_of('breaks', 'one', 'one <= period and one > period_before') }}, false) as is_break,
    min(coalesce(cast(value as string), '?')) over same <> max(coalesce(cast(value as string), '?')) over same
    or min(coalesce(yoy_percent, -9999)) over same <> max(coalesce(yoy_percent, -9999)) over same as has_other_value,
    row_number() over (
        partition by series_id, area, period
        order by
            coalesce(vintage, '') = '核实' desc nulls last,
            case checked_by when 'file' then 0 when 'own_page' then 1 when 'two_pages' then 2 else 3 end asc nulls last,
            value is null asc nulls last, yoy_percent is null asc nulls last, published_on desc nulls last, title asc nulls last
    ) = 1 as is_preferred
from named
left join {{ source('reference', 'city') }} as c on named.area = c.province_name
window same as (partition by series_id, area, period)
