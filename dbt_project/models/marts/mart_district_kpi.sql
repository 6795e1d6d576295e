with
documents as (select distinct policy_id, document from {{ ref('dim_clause') }}),

divisions as (select * from {{ source('reference', 'division') }}),

-- 滨湖 is printed without and with 经开区 (D8); firms of no known district have a line of their own
lines as (
    select
        division_code as line_code,
        case when division_code = '320211' then '滨湖区（不含经开区）' else division_name end as line_name,
        division_order * 10 as line_order,
        is_urban,
        false as is_total_line,
        division_code as member_code
    from divisions

    union all

    select
        '320211+JK' as line_code,
        '滨湖区（含经开区）' as line_name,
        35 as line_order,
        true as is_urban,
        true as is_total_line,
        division_code as member_code
    from divisions
    where division_code in ('320211', '320211-JK')

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
    l.line_code in (select division_code from divisions
where not is_urban) as is_reference,
    l.is_total_line,
    cast(coalesce(f.registered_count, 0) as bigint) as registered_count,
    cast(coalesce(f.software_count, 0) as bigint) as software_count,
    {{ uptake_columns('u') | indent(4) }}
from (select distinct line_code, line_name, line_order, is_urban, is_total_line from lines) as l
cross join documents as d
left join line_firms as f on l.line_code = f.line_code
left join counts as u on l.line_code = u.line_code and d.policy_id = u.policy_id and d.document = u.document
