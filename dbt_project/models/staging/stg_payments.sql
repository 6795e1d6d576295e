with
rows as (
    {{ keyed_rows('payments') }}
),

-- a spreadsheet takes the leading zeros of a number: 32 names application 000032 where no other has those digits
applications as (
    select ltrim(application_no, '0') as bare_no, max(application_no) as application_no
    from {{ source('raw', 'applications') }}
    where regexp_matches(application_no, '^[0-9]+$')
    group by ltrim(application_no, '0')
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
    on ltrim(r.application_no, '0') = a.bare_no and regexp_matches(r.application_no, '^[0-9]+$')
where r.row_status = 'in_force'
