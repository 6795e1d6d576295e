-- What a person decided stays here with who, when and why; what the machine settled by itself does not.
select
    name_key,
    printed_name,
    code_given,
    coalesce(decided, decision) as decision,
    reason,
    candidates,
    candidate_names,
    scores,
    enterprise_id,
    sources,
    files,
    file_count,
    row_count,
    first_seen_on,
    decided_by,
    decided_at,
    decided_why
from {{ source('identity', 'name_match') }}
where decision <> 'auto' or decided is not null
