with
rows as (
    {{ keyed_rows('parks') }}
)

select
    r.park_id,
    r.park_name,
    r.park_name_key,
    r.district_name,
    r.operator_name,
    r.enterprise_id as operator_id,
    r.parent_park_id,
    r.built_area_m2,
    r.opened_on,
    r.source_file,
    r.row_no,
    r.received_on
from rows as r
where r.row_status = 'in_force'
