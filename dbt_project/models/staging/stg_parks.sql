with
rows as (
    select *, {{ newest_first(['park_id'], is_state=true) }} as age
    from {{ source('raw', 'parks') }}
),

matches as (select * from {{ source('identity', 'name_match') }})

select
    r.park_id,
    r.park_name,
    r.park_name_key,
    r.district_name,
    r.operator_name,
    m.enterprise_id as operator_id,
    r.parent_park_id,
    r.built_area_m2,
    r.opened_on,
    r.source_file,
    r.row_no,
    r.received_on
from rows as r
left join matches as m
    on coalesce(r.operator_name_key, '') = m.name_key and coalesce(r.operator_code, '') = m.code_given
where r.age = 1
