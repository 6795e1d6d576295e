{# CTEs up to `placed`: the district that rows of the register name (D8), 区划代码, else what the head of the address names;
   never digits 3-8 of the credit code, which keep the division of the first registration. `enterprises` is the CTE of the
   rows, `key` the column that tells them apart. #}
{% macro placed(enterprises, key) -%}
divisions as (select * from {{ source('reference', 'division') }}),

heads as (select * from {{ source('reference', 'division_head') }}),

retired as (select * from {{ source('reference', 'retired_code') }}),

city as (select * from {{ source('reference', 'city') }}),

read_addresses as (
    select
        e.*,
        c.code_prefix,
        substr(e.district_code, 1, 6) as code_given,
        not contains(e.city, c.city_name) as is_elsewhere,
        -- digits 3-6 of an 18-digit code, 1-4 of an old number; a firm without either was registered as far as is known here
        case
            when {{ starts_with('e.enterprise_id', "'旧号:'") }} then {{ starts_with('e.enterprise_id', "'旧号:' || c.code_prefix") }}
            when {{ starts_with('e.enterprise_id', "'无号:'") }} then true
            else substr(e.enterprise_id, 3, 4) = c.code_prefix
        end as is_code_of_city,
        {{ replaced("replace(coalesce(e.address, ''), ' ', '')", head_of_address() | trim) }} as address_rest
    from {{ enterprises }} as e
    cross join city as c
),

-- the longest head wins: 无锡经济开发区 before 无锡
by_address as (
    select
        a.{{ key }},
        h.division_code,
        -- one row a head
        row_number() over (partition by a.{{ key }} order by length(h.head) desc nulls last, h.head nulls last) as choice
    from read_addresses as a
    inner join heads as h
        on not h.is_street
        and ({{ starts_with('a.address_rest', 'h.head') }} or {{ starts_with("replace(a.address, ' ', '')", 'h.head') }})
),

-- a zone without a code of its own (经开区) is told apart by street inside the division it is part of
by_street as (
    select
        h.head as street,
        h.division_code,
        d.part_of
    from heads as h
    inner join divisions as d on h.division_code = d.division_code
    where h.is_street
),

-- Order matters: the street, then 区划代码, then the address, then the city column.
placed as (
    select
        a.*,
        case
            when s.division_code is not null then s.division_code
            when d.division_code is not null then d.division_code
            when not {{ starts_with('a.code_given', 'a.code_prefix') }} then '市外'
            when b.division_code is not null then b.division_code
            when a.is_elsewhere then '市外'
        end as place_code,
        case
            when s.division_code is not null then '所属街道'
            when d.division_code is not null or not {{ starts_with('a.code_given', 'a.code_prefix') }} then '区划代码'
            when b.division_code is not null then '注册地址'
            when a.is_elsewhere then '所在地区'
            else '未知'
        end as place_basis
    from read_addresses as a
    left join retired as r on a.code_given = r.old_code
    left join divisions as d on coalesce(r.new_code, a.code_given) = d.division_code
    left join by_address as b on a.{{ key }} = b.{{ key }} and b.choice = 1
    left join by_street as s
        on coalesce(a.street, regexp_extract(a.address_rest, '^.{2,3}[区县市](.{2,4}街道)', 1)) = s.street
        and coalesce(r.new_code, a.code_given, b.division_code) = s.part_of
)
{%- endmacro %}
