with
rows as (
    {{ keyed_rows('other_awards') }}
)

select
    r.enterprise_id,
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
where r.row_status = 'in_force'
