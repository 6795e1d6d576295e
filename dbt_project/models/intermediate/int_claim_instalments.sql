-- What each part of a claim comes to, and what was paid of it: payments fill the parts in their order. A part whose
-- condition fails on its day or after it is forfeited, unless it was paid by then, and the later ones with it where the text
-- says so; what is forfeited gives no room to others under a cap.
with
answered as (select * from {{ ref('int_instalments_answered') }}),

parts as (select * from {{ source('policy', 'instalment') }}),

claims as (select * from {{ ref('int_claims') }}),

counted as (select * from {{ ref('int_claims_counted') }}),

bounds as (select * from {{ ref('int_claim_bounds') }}),

money as (select * from {{ ref('int_claim_money') }}),

bounded as (
    select
        c.claim_id,
        a.instalment_no,
        a.share,
        a.answer,
        a.reason,
        a.due_on,
        p.forfeits_rest,
        coalesce(m.paid_yuan, 0) as paid_on_claim_yuan,
        round(b.net_ceiling_yuan * a.share_from, 2) as from_yuan,
        round(b.net_ceiling_yuan * a.share_to, 2) as to_yuan
    from answered as a
    inner join parts as p on a.clause_key = p.clause_key and a.instalment_no = p.instalment_no
    inner join claims as c on a.clause_key = c.clause_key and a.event_id = c.event_id
    inner join bounds as b on c.claim_id = b.claim_id
    left join counted as n on c.claim_id = n.claim_id
    left join money as m on c.claim_id = m.claim_id
    where c.outcome_code < 3 and c.cancelled_on is null and n.superseded_by is null
),

failing as (
    select
        *,
        paid_on_claim_yuan > 0 and coalesce(paid_on_claim_yuan >= to_yuan, false) as is_covered,
        answer = 3 and coalesce(due_on <= {{ as_of() }}, true) as is_failed
    from bounded
),

settled as (
    select
        *,
        not is_covered and (
            is_failed
            or coalesce(bool_or(is_failed and forfeits_rest and not is_covered) over (
                partition by claim_id order by instalment_no rows between unbounded preceding and 1 preceding
            ), false)
        ) as is_forfeited
    from failing
),

owed as (
    select
        *,
        case when is_forfeited then 0 else to_yuan - from_yuan end as owed_yuan
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
    {{ yuan('to_yuan - from_yuan') }} as amount_yuan,
    {{ yuan('to_yuan - from_yuan - owed_yuan') }} as forfeited_yuan,
    -- up to which of all that was paid the part is paid
    {{ yuan('sum(owed_yuan) over (partition by claim_id order by instalment_no)') }} as paid_up_to_yuan,
    -- greatest(null, 0) would be 0
    case when owed_yuan is not null then {{ yuan(
        'greatest(least(owed_yuan, paid_on_claim_yuan - sum(owed_yuan) over (partition by claim_id order by instalment_no) + owed_yuan), 0)'
    ) }} end as paid_yuan
from owed
