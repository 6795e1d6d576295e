select
    name_key,
    printed_name,
    code_given,
    reason,
    candidates,
    sources,
    row_count,
    first_seen_on
from {{ source('identity', 'name_match') }}
where decision = 'review'
