with
documents as (select distinct policy_id, document from {{ ref('dim_clause') }}),

divisions as (select * from {{ source('reference', 'division') }}),

-- a division with zones of its own inside (滨湖, 经开区) is printed without and with them (D8);
-- firms of no known district have a line of their own
zones as (
    select
        part_of as whole_code,
        {{ joined("coalesce(nullif(regexp_extract(division_code, '-(.*)', 1), ''), division_code)", '+', 'division_order') }}
            as zone_codes,
        {{ joined('division_name', '、', 'division_order') }} as zone_names
    from divisions
    where part_of is not null
    group by part_of
),

lines as (
    select
        d.division_code as line_code,
        d.division_name || coalesce('（不含' || z.zone_names || '）', '') as line_name,
        d.division_order * 10 as line_order,
        d.is_urban,
        false as is_total_line,
        d.division_code as member_code
    from divisions as d
    left join zones as z on d.division_code = z.whole_code

    union all

    select
        d.division_code || '+' || z.zone_codes as line_code,
        d.division_name || '（含' || z.zone_names || '）' as line_name,
        d.division_order * 10 + 5 as line_order,
        d.is_urban,
        true as is_total_line,
        m.division_code as member_code
    from divisions as d
    inner join zones as z on d.division_code = z.whole_code
    inner join divisions as m on z.whole_code in (m.division_code, m.part_of)

    union all

    select '市外', '市外', 900, false, false, '市外'

    union all

    select '未知', '未知', 910, false, false, '未知'
),

firms as (
    select
        coalesce(district_code, '未知') as member_code,
        count(*) as registered_count,
        count(*) filter (where software_outcome = 'met') as software_count
    from {{ ref('dim_enterprise') }}
    group by 1
),

line_firms as (
    select
        l.line_code,
        sum(f.registered_count) as registered_count,
        sum(f.software_count) as software_count
    from lines as l
    inner join firms as f on l.member_code = f.member_code
    group by l.line_code
),

counts as (
    select
        c.policy_id,
        c.document,
        l.line_code,
        {{ uptake_counts() | indent(8) }}
    from {{ ref('fct_claim') }} as c
    inner join lines as l on coalesce(c.district_code, '未知') = l.member_code
    group by c.policy_id, c.document, l.line_code
)

select
    d.policy_id,
    d.document,
    l.line_code as district_code,
    l.line_name as district_name,
    cast(l.line_order as bigint) as district_order,
    l.is_urban,
    t.division_code is not null and not t.is_urban as is_reference,
    l.is_total_line,
    t.tile_column,
    t.tile_line,
    cast(coalesce(f.registered_count, 0) as bigint) as registered_count,
    cast(coalesce(f.software_count, 0) as bigint) as software_count,
    {{ uptake_columns('u') | indent(4) }}
from (select distinct line_code, line_name, line_order, is_urban, is_total_line from lines) as l
cross join documents as d
left join divisions as t on l.line_code = t.division_code
left join line_firms as f on l.line_code = f.line_code
left join counts as u on l.line_code = u.line_code and d.policy_id = u.policy_id and d.document = u.document
