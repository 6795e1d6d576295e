-- What each part of a claim comes to, and what was paid of it: an order that names a part pays that one, the others fill in
-- their order what these leave. A part whose condition fails on its day or after it is forfeited, unless it was paid by then,
-- and the later ones with it where the text says so; what is forfeited gives no room to others under a cap.
with
answered as (select * from {{ ref('int_instalments_answered') }}),

parts as (select * from {{ source('policy', 'instalment') }}),

claims as (select * from {{ ref('int_claims') }}),

counted as (select * from {{ ref('int_claims_counted') }}),

bounds as (select * from {{ ref('int_claim_bounds') }}),

money as (select * from {{ ref('int_claim_money') }}),

orders as (select * from {{ ref('int_claim_orders') }}),

bounded as (
    select
        c.claim_id,
        a.instalment_no,
        a.share,
        a.answer,
        a.reason,
        a.due_on,
        p.forfeits_rest,
        o.paid_yuan as named_yuan,
        coalesce(m.paid_yuan, 0) as paid_on_claim_yuan,
        -- what names no part of the claim is paid in the order of the parts
        coalesce(m.paid_yuan, 0) - coalesce(sum(o.paid_yuan) over (partition by c.claim_id), 0) as in_order_yuan,
        round(b.net_ceiling_yuan * a.share_from, 2) as from_yuan,
        round(b.net_ceiling_yuan * a.share_to, 2) as to_yuan
    from answered as a
    inner join parts as p on a.clause_key = p.clause_key and a.instalment_no = p.instalment_no
    inner join claims as c on a.clause_key = c.clause_key and a.event_id = c.event_id
    inner join bounds as b on c.claim_id = b.claim_id
    left join counted as n on c.claim_id = n.claim_id
    left join money as m on c.claim_id = m.claim_id
    left join orders as o on c.claim_id = o.claim_id and a.instalment_no = o.instalment_no
    where c.outcome_code < 3 and c.cancelled_on is null and n.superseded_by is null
),

-- more called back without a part than was paid without one: then no order is told by its part
told as (
    select
        {{ all_but(['named_yuan', 'in_order_yuan']) }},
        case when in_order_yuan >= 0 then named_yuan end as named_yuan,
        case when in_order_yuan >= 0 then in_order_yuan else paid_on_claim_yuan end as in_order_yuan,
        to_yuan - from_yuan as whole_yuan
    from bounded
),

failing as (
    select
        *,
        paid_on_claim_yuan > 0 and coalesce({{ paid_of_part('whole_yuan') }} >= whole_yuan, false) as is_covered,
        answer = 3 and coalesce(due_on <= {{ as_of() }}, true) as is_failed
    from told
),

settled as (
    select
        *,
        not is_covered and (
            is_failed
            or coalesce(bool_or(is_failed and forfeits_rest and not is_covered) over (
                partition by claim_id order by instalment_no nulls last rows between unbounded preceding and 1 preceding
            ), false)
        ) as is_forfeited
    from failing
),

owed as (
    select
        *,
        case when is_forfeited then 0 else whole_yuan end as owed_yuan
    from settled
)

select
    claim_id,
    instalment_no,
    share,
    answer,
    reason,
    due_on,
    is_forfeited,
    {{ yuan('whole_yuan') }} as amount_yuan,
    {{ yuan('whole_yuan - owed_yuan') }} as forfeited_yuan,
    -- what orders that name it pay of it, and up to which of all that name none the rest of it is paid
    {{ yuan('case when named_yuan is not null then ' ~ named_of_part('owed_yuan') ~ ' end') }} as named_yuan,
    {{ yuan(left_up_to_part('owed_yuan')) }} as paid_up_to_yuan,
    {{ yuan(paid_of_part('owed_yuan')) }} as paid_yuan
from owed
