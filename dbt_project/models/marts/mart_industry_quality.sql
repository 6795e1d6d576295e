-- Each ratio over the firms that report both its parts.
{%- set ratios = [
    ['margin_on_revenue', 'profit', 'revenue', 'share'], ['margin_on_software', 'profit', 'software_revenue', 'share'],
    ['rd_on_revenue', 'rd_expense', 'revenue', 'share'], ['rd_on_software', 'rd_expense', 'software_revenue', 'share'],
    ['pay_per_head', 'wages', 'staff', 'yuan'], ['software_per_head', 'software_revenue', 'staff', 'yuan'],
] %}
with
reports as (
    select * from {{ ref('fct_software_month') }}
    where is_counted
),

parts as (
    {%- for ratio, numerator, denominator, unit in ratios %}
    select
        period, district_code, park_id,
        '{{ ratio }}' as ratio_id, '{{ numerator }}' as numerator_id, '{{ denominator }}' as denominator_id, '{{ unit }}' as unit,
        {{ yuan(form_figure(numerator)) }} as numerator,
        {{ yuan(form_figure(denominator)) }} as denominator,
        case when is_base_usable then {{ yuan(form_figure(numerator, '_base')) }} end as base_numerator,
        case when is_base_usable then {{ yuan(form_figure(denominator, '_base')) }} end as base_denominator
    from reports
    where {{ form_figure(numerator) }} is not null and {{ form_figure(denominator) }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

summed as (
    select
        period,
        case when grouping(district) = 0 then 'district' when grouping(park) = 0 then 'park' else 'city' end as cut_kind,
        coalesce(district, park, 'all') as cut_id,
        ratio_id,
        numerator_id,
        denominator_id,
        unit,
        sum(numerator) as numerator_value,
        sum(denominator) as denominator_value,
        count(*) as firm_count,
        sum(base_numerator) filter (where base_denominator is not null) as base_numerator_value,
        sum(base_denominator) filter (where base_numerator is not null) as base_denominator_value,
        {{ shows_one('count(*)', 'max(abs(numerator))', 'sum(abs(numerator))') }}
        or {{ shows_one('count(*)', 'max(denominator)', 'sum(denominator)') }} as is_single
    from (select *, coalesce(district_code, 'unknown') as district, coalesce(park_id, 'none') as park from parts) as p
    group by grouping sets (
        (period, ratio_id, numerator_id, denominator_id, unit),
        (period, ratio_id, numerator_id, denominator_id, unit, district),
        (period, ratio_id, numerator_id, denominator_id, unit, park)
    )
),

cells as (
    select period, cut_kind, cut_id, cut_name, cut_order, measure_id, is_withheld or is_withheld_secondary as is_withheld
    from {{ ref('mart_industry_month') }}
),

rated as (
    select
        s.*,
        {{ rate('numerator_value', 'denominator_value') }} as ratio_value,
        {{ rate('base_numerator_value', 'base_denominator_value') }} as base_ratio_value
    from summed as s
)

select
    r.period,
    cast(substr(r.period, 1, 4) as bigint) as stat_year,
    cast(substr(r.period, 6, 2) as bigint) as month_no,
    r.cut_kind,
    r.cut_id,
    n.cut_name,
    n.cut_order,
    r.ratio_id,
    r.unit,
    r.numerator_id,
    r.denominator_id,
    {{ yuan('r.numerator_value') }} as numerator_value,
    {{ yuan('r.denominator_value') }} as denominator_value,
    r.firm_count,
    r.ratio_value,
    r.base_ratio_value,
    case when r.unit = 'share' then 100 * (r.ratio_value - r.base_ratio_value) end as change_points,
    case when r.unit <> 'share' then {{ rate('(r.ratio_value - r.base_ratio_value)', 'r.base_ratio_value') }} end as change_rate,
    r.is_single or coalesce(n.is_withheld, false) or coalesce(d.is_withheld, false) as is_withheld
from rated as r
inner join cells as n
    on r.period = n.period and r.cut_kind = n.cut_kind and r.cut_id = n.cut_id and r.numerator_id = n.measure_id
left join cells as d
    on r.period = d.period and r.cut_kind = d.cut_kind and r.cut_id = d.cut_id and r.denominator_id = d.measure_id
