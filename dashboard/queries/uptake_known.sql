-- One row: whether it is known which claims were applied for, and which were paid; not where the files never came.
select
    coalesce(bool_and(is_applied is not null), true) as is_applied_known,
    coalesce(bool_and(is_paid is not null), true) as is_paid_known
from fct_claim
where policy_id = $policy and document = $document and outcome = 'eligible'
    and ($park::varchar is null or park_id = $park)
