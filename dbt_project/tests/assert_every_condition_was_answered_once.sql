-- Completeness: each claim has each condition of its clause, once.
with
expected as (
    select c.claim_id, k.condition_id
    from {{ ref('int_claims') }} as c
    inner join {{ source('policy', 'condition') }} as k on c.clause_key = k.clause_key
),

found as (
    select claim_id, condition_id, count(*) as answer_count
    from {{ ref('fct_claim_condition') }}
    group by claim_id, condition_id
)

select e.claim_id, e.condition_id
from expected as e
left join found as f on e.claim_id = f.claim_id and e.condition_id = f.condition_id
where coalesce(f.answer_count, 0) <> 1
