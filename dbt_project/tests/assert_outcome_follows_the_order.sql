-- Any not_met, else any unknown, else any needs_review, else eligible.
with
answers as (
    select
        claim_id,
        case
            when bool_or(outcome = 'not_met') then 'not_eligible'
            when bool_or(outcome = 'unknown') then 'undetermined'
            when bool_or(outcome = 'needs_review') then 'needs_review'
            else 'eligible'
        end as outcome
    from {{ ref('fct_claim_condition') }}
    group by claim_id
)

select c.claim_id
from {{ ref('fct_claim') }} as c
inner join answers as a on c.claim_id = a.claim_id
where c.outcome <> a.outcome
