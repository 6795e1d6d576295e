select
    source,
    source_file,
    sheet,
    row_no,
    column_name,
    value_seen,
    reason,
    received_on
from {{ source('arrivals', 'quarantine') }}
