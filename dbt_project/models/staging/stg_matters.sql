with
rows as (
    {{ keyed_rows('matters') }}
)

select
    r.matter,
    r.matter_no,
    r.project_no,
    r.enterprise_id,
    r.enterprise_name,
    r.happened_on,
    r.amount_yuan,
    r.quantity,
    r.answers,
    r.counterparty,
    r.role,
    r.source_file,
    r.sheet,
    r.row_no,
    r.received_on
from rows as r
where r.row_status = 'in_force'
