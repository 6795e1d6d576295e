with
rows as (
    {{ keyed_rows('credit_flags') }}
)

select
    r.enterprise_id,
    r.enterprise_name,
    r.flag_list,
    r.listed_on,
    r.removed_on,
    r.source_file,
    r.row_no,
    r.received_on
from rows as r
where r.row_status = 'in_force'
