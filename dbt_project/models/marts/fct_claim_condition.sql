select
    c.claim_id,
    k.condition_id,
    k.condition_order,
    k.says,
    {{ words_of_answer('a.answer') }} as outcome,
    a.value_seen,
    k.value_needed,
    a.reason,
    -- what is not known may come, what a person must judge may be judged; what failed stays failed, unless an act mends it
    a.answer <> 3 or k.can_change as can_change,
    k.quote,
    k.decision_id,
    k.is_statistic
from {{ ref('int_claim_conditions') }} as a
inner join {{ ref('int_claims') }} as c on a.clause_key = c.clause_key and a.event_id = c.event_id
inner join {{ source('policy', 'condition') }} as k
    on a.clause_key = k.clause_key and a.condition_order = k.condition_order
