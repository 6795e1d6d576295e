select
    clause_key || '/' || condition_id as condition_key,
    clause_key,
    condition_id,
    condition_order,
    says,
    value_needed,
    quote,
    decision_id,
    is_statistic
from {{ source('policy', 'condition') }}
