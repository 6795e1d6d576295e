with
claims as (select * from {{ ref('fct_claim') }}),

applications as (
    select
        a.submitted_on,
        c.policy_id,
        c.document,
        c.measure_no
    from {{ ref('fct_application') }} as a
    inner join claims as c on a.claim_id = c.claim_id
    where a.status <> 'draft'
),

payments as (
    select
        p.paid_on,
        p.amount_yuan,
        c.policy_id,
        c.document,
        c.measure_no
    from {{ ref('fct_payment') }} as p
    inner join claims as c on p.claim_id = c.claim_id
),

flows as (
    select
        policy_id,
        document,
        measure_no,
        date_trunc('month', qualified_on) as month,
        1 as qualified_count,
        case when outcome = 'eligible' then 1 else 0 end as eligible_count,
        case when outcome = 'eligible' then coalesce(ceiling_yuan, 0) else 0 end as eligible_ceiling_yuan,
        0 as submitted_count,
        0 as paid_count,
        0 as paid_yuan,
        case when outcome in ('undetermined', 'needs_review') then 1 else 0 end as open_count
    from claims
    where qualified_on is not null

    union all

    select policy_id, document, measure_no, date_trunc('month', submitted_on), 0, 0, 0, 1, 0, 0, 0
    from applications

    union all

    select policy_id, document, measure_no, date_trunc('month', paid_on), 0, 0, 0, 0, 1, amount_yuan, 0
    from payments
)

select
    policy_id,
    document,
    cast(month as date) as month,
    measure_no,
    cast(sum(qualified_count) as bigint) as qualified_count,
    cast(sum(eligible_count) as bigint) as eligible_count,
    {{ yuan('sum(eligible_ceiling_yuan)') }} as eligible_ceiling_yuan,
    cast(sum(submitted_count) as bigint) as submitted_count,
    cast(sum(paid_count) as bigint) as paid_count,
    {{ yuan('sum(paid_yuan)') }} as paid_yuan,
    cast(sum(open_count) as bigint) as open_count
from flows
group by policy_id, document, month, measure_no
