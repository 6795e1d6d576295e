-- Segments divide the whole (未分列 is what none is told of), fields are parts of segments and may overlap. The nation's
-- shares are of one release: level beside level of the same months, never of two.
with
reports as (
    select * from {{ ref('fct_software_month') }}
    where is_counted and software_revenue_yuan is not null
),

told as (
    {%- for segment, stem in industry_segments() %}
    select enterprise_id, period, 'segment' as part_kind, '{{ segment }}' as part_id, {{ stem }}_yuan as value,
        case when is_base_usable then {{ stem }}_base_yuan end as base_value
    from reports
    union all
    {%- endfor %}
    {%- for field in industry_fields() %}
    select enterprise_id, period, 'field' as part_kind, '{{ field }}' as part_id, {{ field }}_yuan as value,
        case when is_base_usable then {{ field }}_base_yuan end as base_value
    from reports
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

undivided as (
    select
        r.enterprise_id, r.period, 'segment' as part_kind, 'undivided' as part_id,
        r.software_revenue_yuan - coalesce(s.value, 0) as value,
        case when r.is_base_usable then r.software_revenue_base_yuan - coalesce(s.base_value, 0) end as base_value,
        coalesce(s.told_count, 0) < {{ industry_segments() | length }} as is_seen
    from reports as r
    left join (
        select enterprise_id, period, sum(value) as value, sum(base_value) as base_value, count(value) as told_count
        from told
        where part_kind = 'segment'
        group by enterprise_id, period
    ) as s on r.enterprise_id = s.enterprise_id and r.period = s.period
),

placed as (
    select
        t.period, t.part_kind, t.part_id, t.value, t.base_value, t.is_seen,
        coalesce(r.district_code, 'unknown') as district,
        coalesce(r.park_id, 'none') as park,
        r.size_class as size
    from (
        select enterprise_id, period, part_kind, part_id, value, base_value, true as is_seen from told
where value is not null
        union all
        select enterprise_id, period, part_kind, part_id, value, base_value, is_seen from undivided
    ) as t
    inner join reports as r on t.enterprise_id = r.enterprise_id and t.period = r.period
),

summed as (
    select
        period,
        case
            when grouping(district) = 0 then 'district' when grouping(park) = 0 then 'park' when grouping(size) = 0 then 'size'
            else 'city'
        end as place_kind,
        coalesce(district, park, size, 'all') as place_id,
        part_kind,
        part_id,
        sum(value) as value_yuan,
        sum(base_value) as base_yuan,
        count(*) filter (where value <> 0) as firm_count,
        max(value) as largest_yuan,
        count(*) filter (where is_seen and value <> 0) as seen_count,
        coalesce(max(abs(value)) filter (where is_seen), 0) as seen_largest,
        coalesce(sum(abs(value)) filter (where is_seen), 0) as seen_sum,
        coalesce(max(abs(base_value)) filter (where is_seen), 0) as seen_base_largest,
        coalesce(sum(abs(base_value)) filter (where is_seen), 0) as seen_base_sum
    from placed
    group by grouping sets (
        (period, part_kind, part_id), (period, part_kind, part_id, district), (period, part_kind, part_id, park),
        (period, part_kind, part_id, size)
    )
),

wholes as (
    select
        *,
        part_id as cut_id,
        'segment' as cut_kind,
        sum(case when part_kind = 'segment' then value_yuan end) over (partition by period, place_kind, place_id) as whole_yuan,
        sum(case when part_kind = 'segment' then base_yuan end)
            over (partition by period, place_kind, place_id)
            as whole_base_yuan
    from summed
),

withheld as (
    {{ withheld_cells('wholes', 'period, place_kind, place_id, part_kind') }}
),

places as (
    select cut_kind, cut_id, cut_name, period, is_withheld or is_withheld_secondary as is_place_withheld
    from {{ ref('mart_industry_month') }}
    where measure_id = 'software_revenue'
),

published as (
    select
        p.period, p.part_id, p.value, p.title, p.issuer, p.is_unverified,
        w.value as whole_value,
        row_number() over (
            partition by p.period, p.part_id
            order by
                p.is_unverified asc nulls last, p.is_preferred desc nulls last, p.published_on desc nulls last,
                p.title asc nulls last
        ) as choice
    from {{ ref('mart_benchmark') }} as p
    inner join {{ ref('mart_benchmark') }} as w
        on p.period = w.period and p.area = w.area and p.title = w.title and p.unit = w.unit
        and w.measure_id = 'software_revenue'
        and p.vintage is not distinct from w.vintage
    where p.area = '全国' and p.part_id is not null and p.value is not null and w.value is not null
)

select
    w.period,
    cast(substr(w.period, 1, 4) as bigint) as stat_year,
    cast(substr(w.period, 6, 2) as bigint) as month_no,
    w.place_kind,
    w.place_id,
    coalesce(c.cut_name, w.place_id) as place_name,
    w.part_kind,
    w.part_id,
    case w.part_id
        {%- for id, name in part_names().items() %}
        when '{{ id }}' then '{{ name }}'
        {%- endfor %}
    end as part_name,
    cast(case w.part_id
        {%- for id in part_names() %}
        when '{{ id }}' then {{ loop.index }}
        {%- endfor %}
    end as bigint) as part_order,
    {{ yuan('w.value_yuan') }} as value_yuan,
    {{ yuan('w.whole_yuan') }} as whole_yuan,
    {{ rate('w.value_yuan', 'w.whole_yuan') }} as share,
    {{ rate('w.base_yuan', 'w.whole_base_yuan') }} as base_share,
    n.value as national_value_yi,
    n.whole_value as national_whole_yi,
    {{ rate('n.value', 'n.whole_value') }} as national_share,
    n.issuer || '，' || n.title || case when n.is_unverified then '（未核实）' else '' end as national_note,
    100 * ({{ rate('w.value_yuan', 'w.whole_yuan') }} - {{ rate('n.value', 'n.whole_value') }}) as gap_points,
    w.firm_count,
    {{ rate('w.largest_yuan', 'w.value_yuan') }} as largest_share,
    w.is_withheld or coalesce(c.is_place_withheld, false) as is_withheld,
    w.is_withheld_secondary
from withheld as w
left join places as c on w.place_kind = c.cut_kind and w.place_id = c.cut_id and w.period = c.period
left join published as n on w.period = n.period and w.part_id = n.part_id and n.choice = 1
