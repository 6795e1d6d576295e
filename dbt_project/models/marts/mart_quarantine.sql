select
    source,
    source_file,
    sheet,
    row_no,
    column_name,
    value_seen,
    reason,
    received_on,
    mended_by_file
from {{ source('arrivals', 'quarantine') }}
