-- Every line of a list, 公示 too, and what it does to the title.
with
rows as (
    select
        *,
        {{ newest_first([
            'list', 'level', 'stage', 'round', 'enterprise_name_key', 'park_name_key', 'project_name', 'product_name',
            'category', 'certificate_no', 'published_on'
        ]) }} as age
    from {{ source('raw', 'recognitions') }}
    where
        published_on <= {{ as_of() }}
        and coalesce(firm_no, 1) = 1   -- who of several firms on a line may claim is not said: the first named
),

matches as (select * from {{ source('identity', 'name_match') }})

select
    m.enterprise_id,
    r.enterprise_name,
    r.former_name,
    r.park_name,
    r.park_name_key,
    r.project_name,
    r.list,
    r.list_title,
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
    r.valid_until,
    r.stage,
    coalesce(r.action, case when r.is_renewal then 'renewal' else 'grant' end) as action,
    coalesce(r.action = 'renewal', r.is_renewal, false) as is_renewal,
    r.source_file,
    r.row_no,
    r.received_on
from rows as r
left join matches as m
    on coalesce(r.enterprise_name_key, '') = m.name_key and coalesce(r.enterprise_code, '') = m.code_given
where r.age = 1
