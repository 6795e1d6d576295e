with
rows as (
    select *, {{ newest_first(['enterprise_name_key', 'selection_year']) }} as age
    from {{ source('raw', 'spinoffs') }}
),

matches as (select * from {{ source('identity', 'name_match') }})

select
    m.enterprise_id,
    r.enterprise_name,
    r.parent_name,
    cast(r.selection_year as bigint) as selection_year,
    r.selected_on,
    r.is_selected,
    r.source_file,
    r.row_no,
    r.received_on
from rows as r
left join matches as m
    on coalesce(r.enterprise_name_key, '') = m.name_key and coalesce(r.enterprise_code, '') = m.code_given
where r.age = 1
