select
    check_id,
    table_name,
    source_file,
    sheet,
    row_no,
    row_key,
    column_name,
    value_seen
from {{ source('arrivals', 'check_failure') }}
