select
    source,
    source_file,
    file_sha256,
    received_on,
    status,
    delivery,
    message,
    rows_read,
    rows_loaded,
    rows_skipped,
    skipped_as,
    rows_quarantined
from {{ source('arrivals', 'file') }}
