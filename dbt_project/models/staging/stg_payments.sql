with
rows as (
    {{ keyed_rows('payments') }}
),

-- a spreadsheet takes the leading zeros of a number: 32 names application 000032 where no other has those digits
applications as (
    select trim(leading '0' from application_no) as bare_no, max(application_no) as application_no
    from {{ source('raw', 'applications') }}
    where {{ matches('application_no', "'^[0-9]+$'") }}
    group by trim(leading '0' from application_no)
    having count(distinct application_no) = 1
)

select
    r.payment_no,
    coalesce(a.application_no, r.application_no) as application_no,
    cast(r.instalment_no as bigint) as instalment_no,
    r.paid_on,
    r.amount_yuan,
    r.payer_level,
    r.source_file,
    r.sheet,
    r.row_no,
    r.received_on
from rows as r
left join applications as a
    on trim(leading '0' from r.application_no) = a.bare_no and {{ matches('r.application_no', "'^[0-9]+$'") }}
where r.row_status = 'in_force'
