-- The firms on the register on the day the build stands on.
{%- set full_width = '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ、；;' -%}
{%- set half_width = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz|||' %}
-- The district a firm is registered in today (D8): 区划代码, else what the head of the address names;
-- never digits 3-8 of the credit code, which keep the division of the first registration.
with
enterprises as (select * from {{ source('identity', 'enterprise') }}),

-- a firm that a later full file leaves out is absent since that file: a fact, not a deletion
full_files as (select * from {{ ref('stg_full_registers') }}),

absences as (
    select
        e.enterprise_id,
        min(f.received_on) as absent_since
    from enterprises as e
    inner join full_files as f on e.last_seen_on < f.received_on
    group by e.enterprise_id
),

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
            when starts_with(e.enterprise_id, '旧号:') then starts_with(e.enterprise_id, '旧号:' || c.code_prefix)
            when starts_with(e.enterprise_id, '无号:') then true
            else substr(e.enterprise_id, 3, 4) = c.code_prefix
        end as is_code_of_city,
        regexp_replace(
            replace(coalesce(e.address, ''), ' ', ''),
            '{{ head_of_address() }}',
            ''
        ) as address_rest
    from enterprises as e
    cross join city as c
),

-- the longest head wins: 无锡经济开发区 before 无锡
by_address as (
    select
        a.enterprise_id,
        h.division_code,
        row_number() over (partition by a.enterprise_id order by length(h.head) desc) as choice
    from read_addresses as a
    inner join heads as h
        on not h.is_street
        and (starts_with(a.address_rest, h.head) or starts_with(replace(a.address, ' ', ''), h.head))
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
            when not starts_with(a.code_given, a.code_prefix) then '市外'
            when b.division_code is not null then b.division_code
            when a.is_elsewhere then '市外'
        end as place_code,
        case
            when s.division_code is not null then '所属街道'
            when d.division_code is not null or not starts_with(a.code_given, a.code_prefix) then '区划代码'
            when b.division_code is not null then '注册地址'
            when a.is_elsewhere then '所在地区'
            else '未知'
        end as place_basis
    from read_addresses as a
    left join retired as r on a.code_given = r.old_code
    left join divisions as d on coalesce(r.new_code, a.code_given) = d.division_code
    left join by_address as b on a.enterprise_id = b.enterprise_id and b.choice = 1
    left join by_street as s
        on coalesce(a.street, regexp_extract(a.address_rest, '^.{2,3}[区县市](.{2,4}街道)', 1)) = s.street
        and coalesce(r.new_code, a.code_given, b.division_code) = s.part_of
)

select
    p.enterprise_id,
    p.enterprise_name,
    p.enterprise_code_status as code_status,
    p.registered_on,
    -- D12: in this city since it moved in, or since its registration where the code was issued here
    case
        when p.moved_to_city_on is not null then p.moved_to_city_on
        when p.is_code_of_city then p.registered_on
    end as settled_on,
    case
        when p.moved_to_city_on is not null then '自 ' || p.moved_to_city_on || ' 迁入起'
        when not p.is_code_of_city then '代码由外地核发，未载迁入日期'
        else '自 ' || p.registered_on || ' 注册起'
    end as settled_words,
    p.enterprise_type,
    p.registered_capital_yuan,
    p.registered_capital_note,
    p.paid_in_capital_yuan,
    p.paid_in_capital_note,
    p.industry_code,
    p.industry_edition,
    p.business_scope,
    p.registration_status,
    case when p.deregistered_on <= {{ as_of() }} then p.deregistered_on end as deregistered_on,
    a.absent_since,
    -- Order matters: a day of closing, then a status that says so without one, then a full register without the firm.
    case
        when p.deregistered_on <= {{ as_of() }} or (p.deregistered_on is null and {{ is_closing('p.registration_status') }})
            then 'closed'
        when a.absent_since <= {{ as_of() }} then 'absent'
    end as gone_how,
    case
        when p.deregistered_on <= {{ as_of() }} then p.deregistered_on
        when p.deregistered_on is null and {{ is_closing('p.registration_status') }} then null
        when a.absent_since <= {{ as_of() }} then a.absent_since
    end as gone_on,
    p.place_code as district_code,
    case when p.place_code = '市外' then '市外' else d.division_name end as district_name,
    p.place_basis as district_basis,
    coalesce(d.is_urban, false) as is_urban,
    p.address,
    coalesce(p.street, nullif(regexp_extract(p.address_rest, '^.{2,3}[区县市](.{2,4}?(街道|镇|乡))', 1), '')) as street,
    p.former_names,
    p.english_name,
    -- Names and numbers as a searcher may type them: no width, case, bracket or space tells two of them apart.
    regexp_replace(
        lower(translate(
            concat_ws('|', p.enterprise_name, p.former_names, p.english_name, p.enterprise_id),
            '{{ full_width }}',
            '{{ half_width }}'
        )),
        '[^\p{L}\p{N}|]',
        '',
        'g'
    ) as search_text
from placed as p
left join divisions as d on p.place_code = d.division_code
left join absences as a on p.enterprise_id = a.enterprise_id
where coalesce(p.registered_on <= {{ as_of() }}, true)
