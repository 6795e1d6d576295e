-- The firms on the register on the day the build stands on.
{%- set full_width = '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ、；;' -%}
{%- set half_width = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz|||' %}
with
enterprises as (
    select *, concat_ws('|', enterprise_name, former_names, english_name, enterprise_id) as search_words
    from {{ source('identity', 'enterprise') }}
),

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

{{ placed('enterprises', 'enterprise_id') }}

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
    {%- set plain -%}
        lower(
            -- `translate` is dear, and few names need it
            case
                when {{ matches('p.search_words', "'[" ~ full_width ~ "]'") }}
                    then translate(p.search_words, '{{ full_width }}', '{{ half_width }}')
                else p.search_words
            end
        )
    {%- endset %}
    {{ replaced(plain, '[^\\p{L}\\p{N}|]') }} as search_text
from placed as p
left join divisions as d on p.place_code = d.division_code
left join absences as a on p.enterprise_id = a.enterprise_id
where coalesce(p.registered_on <= {{ as_of() }}, true)
