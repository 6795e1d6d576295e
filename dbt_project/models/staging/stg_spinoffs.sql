with
rows as (
    {{ keyed_rows('spinoffs') }}
)

select
    r.enterprise_id,
    r.enterprise_name,
    r.parent_name,
    cast(r.selection_year as bigint) as selection_year,
    r.selected_on,
    r.is_selected,
    r.source_file,
    r.sheet,
    r.row_no,
    r.received_on
from rows as r
where r.row_status = 'in_force'
