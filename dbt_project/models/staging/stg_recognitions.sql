with
rows as (
    select
        *,         {{ newest_first([
            'list', 'round', 'enterprise_name_key', 'park_name_key', 'project_name', 'product_name', 'certificate_no',
            'published_on'
        ]) }} as age
    from {{ source('raw', 'recognitions') }}
    where stage = '公布' and published_on <= {{ as_of() }}   -- 公示 is not 公布 (D7)
),

matches as (select * from {{ source('identity', 'name_match') }})

select
    m.enterprise_id,
    r.enterprise_name,
    r.park_name,
    r.park_name_key,
    r.project_name,
    r.list,
    r.level,
    r.grade,
    r.category,
    r.field,
    r.certificate_no,
    r.product_name,
    r.fee_yuan,
    r.round,
    r.issuer,
    r.document,
    r.published_on,
    coalesce(r.is_renewal, false) as is_renewal,
    r.source_file,
    r.row_no,
    r.received_on
from rows as r
left join matches as m
    on coalesce(r.enterprise_name_key, '') = m.name_key and coalesce(r.enterprise_code, '') = m.code_given
where r.age = 1
