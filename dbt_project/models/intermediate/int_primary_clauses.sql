-- The clauses of the text that is in force, the first document of each policy; of several versions one.
select
    policy_id,
    document,
    clause_id,
    min(measure_no) as measure_no,
    min(measure_title) as measure_title
from {{ source('policy', 'clause') }}
where is_primary
group by policy_id, document, clause_id
