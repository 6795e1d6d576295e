select
    policy_id,
    document,
    item_id,
    item_order,
    measure_no,
    title_zh,
    kind,
    status,
    note
from {{ source('policy', 'coverage') }}
