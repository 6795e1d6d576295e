select
    decision_key,
    policy_id,
    decision_id,
    title,
    setting,
    default_setting,
    options,
    says,
    quote,
    since
from {{ source('policy', 'decision') }}
