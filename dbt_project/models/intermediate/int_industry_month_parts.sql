-- A row per period, cut, measure and firm: a firm stands once in each kind of cut, by segments with a part in each. What no
-- segment is told of is 未分列, so that segments add up to the whole; of a pair of years both must be told.
with
reports as (select * from {{ ref('fct_software_month') }}
where is_counted
),

measured as (
    {%- for measure in industry_measures() %}
    select
        enterprise_id, period, district_code, park_id, size_class,
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
        value is not null and coalesce(base_value <> 0, false) as is_matched,
        coalesce(value > 0 and base_value = 0, false) as is_entrant
    from measured
    where value is not null
),

segments as (
    {%- for segment, stem in industry_segments() %}
    select
        enterprise_id, period, '{{ segment }}' as segment_id,
        is_matched and {{ stem }}_yuan is not null and {{ stem }}_base_yuan is not null as is_matched,
        is_entrant and {{ stem }}_yuan > 0 as is_entrant,
        {{ stem }}_yuan as value,
        case when {{ stem }}_yuan is not null and {{ stem }}_base_yuan is not null then {{ stem }}_yuan end as paired_value,
        case when {{ stem }}_yuan is not null and is_base_usable then {{ stem }}_base_yuan end as base_value
    from reports
    where software_revenue_yuan is not null and {{ stem }}_yuan is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

undivided as (
    select
        r.enterprise_id, r.period, 'undivided' as segment_id, r.is_matched, r.is_entrant,
        -- where all are told, what is left is their rounding
        coalesce(s.told_count, 0) < {{ industry_segments() | length }} as is_seen,
        r.software_revenue_yuan - coalesce(s.value, 0) as value,
        r.software_revenue_yuan - coalesce(s.paired_value, 0) as paired_value,
        r.software_revenue_base_yuan - coalesce(s.base_value, 0) as base_value
    from reports as r
    left join (
        select enterprise_id, period, sum(value) as value, sum(paired_value) as paired_value, sum(base_value) as base_value,
            count(*) as told_count
        from segments
        group by enterprise_id, period
    ) as s on r.enterprise_id = s.enterprise_id and r.period = s.period
    where r.software_revenue_yuan is not null
),

cut as (
    {%- for kind, id in [
        ['city', "'all'"], ['district', "coalesce(district_code, 'unknown')"], ['park', "coalesce(park_id, 'none')"], ['size', 'size_class']
    ] %}
    select
        period, '{{ kind }}' as cut_kind, {{ id }} as cut_id, measure_id, enterprise_id,
        value, value as paired_value, base_value, is_matched, is_entrant, true as is_seen
    from figures
    {%- if kind == 'size' %}
    where measure_id = 'software_revenue'
    {%- endif %}
    union all
    {%- endfor %}
    select
        period, 'segment' as cut_kind, segment_id as cut_id, 'software_revenue' as measure_id, enterprise_id,
        value, paired_value, base_value, is_matched, is_entrant, true as is_seen
    from segments
    union all
    select
        period, 'segment' as cut_kind, segment_id as cut_id, 'software_revenue' as measure_id, enterprise_id,
        value, paired_value, base_value, is_matched, is_entrant, is_seen
    from undivided
)

select
    period,
    cut_kind,
    cut_id,
    measure_id,
    enterprise_id,
    cast(value as decimal(18, 2)) as value,
    cast(paired_value as decimal(18, 2)) as paired_value,
    cast(base_value as decimal(18, 2)) as base_value,
    is_matched,
    is_entrant,
    is_seen
from cut
