-- The yearly list as int_industry_month_parts has the monthly form: a row per year, cut, measure and firm on 软件统计名录. The
-- base is what the same firm, on the list, reported the year before.
{%- set measures = {
    'software_revenue': 'software_revenue_yuan', 'revenue': 'revenue_yuan', 'profit': 'profit_yuan', 'rd_expense': 'rd_expense_yuan',
    'wages': 'wages_yuan', 'staff': 'staff_count', 'software_staff': 'software_staff_count', 'export': 'export_usd',
} %}
with
listed as (
    select s.*, make_date(s.stat_year, 12, 31) as year_end_on from {{ ref('stg_statistics') }} as s
    where s.is_on_software_list and s.enterprise_id is not null and s.stat_year < year({{ as_of() }}) + 1
),

seats as (
    select
        l.enterprise_id,
        l.stat_year,
        t.park_id,
        row_number() over (
            partition by l.enterprise_id, l.stat_year
            order by t.moved_in_on desc nulls last, t.park_id asc nulls last
        ) as choice
    from listed as l
    inner join {{ ref('fct_tenancy') }} as t
        on l.enterprise_id = t.enterprise_id
        and l.year_end_on >= t.moved_in_on and coalesce(l.year_end_on < t.moved_out_on, true)
),

before_moves as (
    select
        l.enterprise_id,
        l.stat_year,
        m.from_district_code,
        row_number() over (
            partition by l.enterprise_id, l.stat_year
            order by m.told_on asc nulls last, m.place_basis asc nulls last, m.from_district_code asc nulls last
        ) as choice
    from listed as l
    inner join {{ ref('mart_firm_move') }} as m on l.enterprise_id = m.enterprise_id and l.year_end_on < m.told_on
),

paired as (
    select
        l.*,
        coalesce(w.from_district_code, e.district_code, 'unknown') as district,
        coalesce(s.park_id, 'none') as park,
        coalesce(l.main_field, 'unknown') as field,
        {%- for column in ['revenue_yuan', 'profit_yuan', 'rd_expense_yuan', 'wages_yuan', 'staff_count', 'software_staff_count',
            'export_usd', 'product_revenue_yuan', 'it_service_revenue_yuan', 'security_revenue_yuan', 'embedded_revenue_yuan'] %}
        b.{{ column }} as base_{{ column }},
        {%- endfor %}
        b.software_revenue_yuan as base_software_revenue_yuan
    from listed as l
    inner join {{ ref('dim_enterprise') }} as e on l.enterprise_id = e.enterprise_id
    left join listed as b on l.enterprise_id = b.enterprise_id and l.stat_year = b.stat_year + 1
    left join seats as s on l.enterprise_id = s.enterprise_id and l.stat_year = s.stat_year and s.choice = 1
    left join before_moves as w on l.enterprise_id = w.enterprise_id and l.stat_year = w.stat_year and w.choice = 1
),

measured as (
    {%- for measure, column in measures.items() %}
    select
        enterprise_id, stat_year, district, park, field,
        {{ size_class('base_software_revenue_yuan') }} as size,
        '{{ measure }}' as measure_id,
        {{ yuan(column) }} as value,
        {{ yuan('base_' ~ column) }} as base_value
    from paired
    where {{ column }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

figures as (
    select
        *,
        {{ is_compared('value', 'base_value') }}
    from measured
),

segments as (
    {%- for segment, stem in industry_segments() %}
    select
        enterprise_id, stat_year, '{{ segment }}' as segment_id, {{ stem }}_yuan as value, base_{{ stem }}_yuan as base_value
    from paired
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

{{ industry_parts('stat_year', ['size', 'field']) }}
