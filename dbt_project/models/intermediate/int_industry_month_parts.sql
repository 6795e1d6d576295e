-- A row per period, cut, measure and firm: a firm stands once in each kind of cut, by segments with a part in each.
with
reports as (
    select * from {{ ref('fct_software_month') }}
    where is_counted
),

measured as (
    {%- for measure in industry_measures() %}
    select
        enterprise_id, period,
        coalesce(district_code, 'unknown') as district,
        coalesce(park_id, 'none') as park,
        size_class as size,
        '{{ measure }}' as measure_id,
        {{ yuan(form_figure(measure)) }} as value,
        case when is_base_usable then {{ yuan(form_figure(measure, '_base')) }} end as base_value
    from reports
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

figures as (
    select
        *,
        {{ is_compared('value', 'base_value') }}
    from measured
    where value is not null
),

segments as (
    {%- for segment, stem in industry_segments() %}
    select
        enterprise_id, period, '{{ segment }}' as segment_id,
        {{ stem }}_yuan as value,
        case when is_base_usable then {{ stem }}_base_yuan end as base_value
    from reports
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

{{ industry_parts('period', ['size']) }}
