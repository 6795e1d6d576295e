-- Inside one document exactly one version of a clause answers an event: the one in force on its day.
select c.policy_id, c.document, c.clause_id, a.event_id
from {{ ref('int_claims_answered') }} as a
inner join {{ source('policy', 'clause') }} as c on a.clause_key = c.clause_key
group by c.policy_id, c.document, c.clause_id, a.event_id
having count(*) > 1
