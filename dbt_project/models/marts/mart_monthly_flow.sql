-- Cut as mart_clause_cut is. What never came is not counted as nothing. A finding counts in the month it was found on,
-- where it is an error.
with
claims as (
    select
        *,
        coalesce(park_id, 'none') as park,
        cast(measure_no as string) as measure
    from {{ ref('fct_claim') }}
),

flows as (
    select
        policy_id,
        document,
        park,
        measure,
        date_trunc('month', qualified_on) as month,
        1 as qualified_count,
        case when outcome = 'eligible' then 1 else 0 end as eligible_count,
        case when outcome = 'eligible' then coalesce(ceiling_yuan, 0) else 0 end as eligible_ceiling_yuan,
        0 as submitted_count,
        0 as paid_count,
        0 as paid_yuan,
        case when outcome in ('undetermined', 'needs_review') then 1 else 0 end as open_count,
        0 as finding_count
    from claims
    where qualified_on is not null

    union all

    select c.policy_id, c.document, c.park, c.measure, date_trunc('month', a.submitted_on), 0, 0, 0, 1, 0, 0, 0, 0
    from {{ ref('fct_application') }} as a
    inner join claims as c on a.claim_id = c.claim_id
    where a.status <> 'draft'

    union all

    select c.policy_id, c.document, c.park, c.measure, date_trunc('month', p.paid_on), 0, 0, 0, 0, 1, p.amount_yuan, 0, 0
    from {{ ref('fct_payment') }} as p
    inner join claims as c on p.claim_id = c.claim_id

    union all

    select policy_id, document, coalesce(park_id, 'none'), measure, date_trunc('month', found_on), 0, 0, 0, 0, 0, 0, 0, 1
    from ({{ findings_of_documents() }}) as f
    where severity = 'error' and found_on is not null
)

select
    policy_id,
    document,
    {{ cut_columns(['park', 'measure']) }},
    cast(month as date) as month,
    cast(sum(qualified_count) as bigint) as qualified_count,
    cast(sum(eligible_count) as bigint) as eligible_count,
    {{ yuan('sum(eligible_ceiling_yuan)') }} as eligible_ceiling_yuan,
    cast(case when bool_or(a.have_applications) then sum(submitted_count) end as bigint) as submitted_count,
    cast(case when bool_or(a.have_payments) then sum(paid_count) end as bigint) as paid_count,
    {{ yuan('case when bool_or(a.have_payments) then sum(paid_yuan) end') }} as paid_yuan,
    cast(sum(open_count) as bigint) as open_count,
    cast(sum(finding_count) as bigint) as finding_count
from flows
cross join {{ ref('int_arrived') }} as a
group by policy_id, document, month, cube (park, measure)
