with
rows as (
    select *, {{ newest_first(['payment_no']) }} as age
    from {{ source('raw', 'payments') }}
    where paid_on <= {{ as_of() }}
)

select
    r.payment_no,
    r.application_no,
    r.paid_on,
    r.amount_yuan,
    r.payer_level,
    r.source_file,
    r.row_no,
    r.received_on
from rows as r
where r.age = 1
