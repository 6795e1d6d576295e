-- Each condition of each claim: the answer beside what it looked at.
with
answered as (select * from {{ ref('int_claims_answered') }}),

explained as (select * from {{ ref('int_claims_explained') }})

select
    e.clause_key,
    e.event_id,
    e.condition_order,
    {{ nth_of('a.answers', 'e.condition_order') }} as answer,
    e.value_seen,
    e.reason
from explained as e
inner join answered as a on e.clause_key = a.clause_key and e.event_id = a.event_id
