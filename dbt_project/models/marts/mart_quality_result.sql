select
    check_id,
    layer,
    table_name,
    severity,
    description,
    is_success,
    row_count,
    unexpected_count,
    sample
from {{ source('arrivals', 'check_result') }}
