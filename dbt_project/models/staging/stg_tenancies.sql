with
rows as (
    select *, {{ newest_first(['park_id', 'enterprise_name_key', 'moved_in_on', 'rent_year']) }} as age
    from {{ source('raw', 'tenancies') }}
),

matches as (select * from {{ source('identity', 'name_match') }})

select
    r.park_id,
    m.enterprise_id,
    r.enterprise_name,
    r.moved_in_on,
    r.moved_out_on,
    r.area_m2,
    cast(r.rent_year as bigint) as rent_year,
    r.rent_yuan,
    -- money of a year that was still running counts once it is known
    case when {{ is_year_known('r.rent_year', 'r.received_on') }} then r.subsidy_yuan end as subsidy_yuan,
    r.source_file,
    r.row_no,
    r.received_on
from rows as r
left join matches as m
    on coalesce(r.enterprise_name_key, '') = m.name_key and coalesce(r.enterprise_code, '') = m.code_given
where r.age = 1
