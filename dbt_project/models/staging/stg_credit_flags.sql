with
rows as (
    select *, {{ newest_first(['enterprise_name_key', 'flag_list', 'listed_on']) }} as age
    from {{ source('raw', 'credit_flags') }}
    where listed_on <= {{ as_of() }}
),

matches as (select * from {{ source('identity', 'name_match') }})

select
    m.enterprise_id,
    r.enterprise_name,
    r.flag_list,
    r.listed_on,
    r.removed_on,
    r.source_file,
    r.row_no,
    r.received_on
from rows as r
left join matches as m
    on coalesce(r.enterprise_name_key, '') = m.name_key and coalesce(r.enterprise_code, '') = m.code_given
where r.age = 1
