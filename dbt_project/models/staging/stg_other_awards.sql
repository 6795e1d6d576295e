with
rows as (
    select *, {{ newest_first(['enterprise_name_key', 'policy_name', 'item', 'subject', 'paid_on', 'amount_yuan']) }} as age
    from {{ source('raw', 'other_awards') }}
    where paid_on <= {{ as_of() }}
),

matches as (select * from {{ source('identity', 'name_match') }})

select
    m.enterprise_id,
    r.enterprise_name,
    r.policy_name,
    r.item,
    r.subject,
    r.amount_yuan,
    r.paid_on,
    r.payer_level,
    r.source_file,
    r.row_no,
    r.received_on
from rows as r
left join matches as m
    on coalesce(r.enterprise_name_key, '') = m.name_key and coalesce(r.enterprise_code, '') = m.code_given
where r.age = 1
