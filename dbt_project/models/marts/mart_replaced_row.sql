select
    source,
    row_key,
    source_file,
    sheet,
    row_no,
    received_on,
    replaced_by_file,
    replaced_by_sheet,
    replaced_by_row_no,
    replaced_on,
    is_same_file
from {{ source('arrivals', 'replaced') }}
