with
rows as (
    {{ keyed_rows('payments') }}
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
where r.fate = 'in_force'
