with
parts as (select * from {{ ref('int_claim_instalments') }}),

laws as (select * from {{ source('policy', 'instalment') }}),

claims as (select * from {{ ref('fct_claim') }}),

arrived as (select * from {{ ref('int_arrived') }}),

-- what had been paid of a claim after each of its orders: of the part it names, or of all that name none
orders as (
    select
        o.claim_id,
        p.instalment_no as named_no,
        o.paid_on,
        sum(o.amount_yuan) over (
            partition by o.claim_id, p.instalment_no
            order by o.paid_on nulls last, o.payment_no nulls last, o.payer_level nulls last, o.row_no nulls last
        ) as so_far_yuan
    from {{ ref('fct_payment') }} as o
    left join parts as p on o.claim_id = p.claim_id and o.instalment_no = p.instalment_no and p.named_yuan is not null
),

-- the day from which a part was paid in full
paid as (
    select
        p.claim_id,
        p.instalment_no,
        greatest(
            min(case when o.named_no = p.instalment_no and p.named_yuan <= o.so_far_yuan then o.paid_on end),
            min(case
                when o.named_no is null and p.paid_up_to_yuan <= o.so_far_yuan and coalesce(p.named_yuan < p.amount_yuan, true)
                    then o.paid_on
            end)
        ) as paid_on
    from parts as p
    inner join orders as o on p.claim_id = o.claim_id
    where p.paid_yuan >= p.amount_yuan and not p.is_forfeited
    group by p.claim_id, p.instalment_no
)

select
    p.claim_id,
    p.instalment_no,
    c.policy_id,
    c.document,
    c.clause_id,
    c.measure_no,
    c.event_id,
    c.enterprise_id,
    c.enterprise_name,
    c.park_id,
    c.district_code,
    c.qualified_on,
    l.says,
    cast(p.share as double) as share,
    p.amount_yuan,
    p.due_on,
    l.needed,
    {{ words_of_answer('p.answer') }} as answer,
    p.reason,
    l.is_statistic,
    {{ yuan('case when a.have_payments then p.paid_yuan end') }} as paid_yuan,
    d.paid_on,
    case
        when p.is_forfeited then 'forfeited'
        when c.outcome <> 'eligible' then 'open'
        when p.amount_yuan is null then 'unknown'
        when a.have_payments and p.paid_yuan >= p.amount_yuan then 'paid'
        when not c.is_applied then 'unclaimed'
        when p.due_on >= {{ as_of() }} then 'not_due'
        when p.answer in (1, 2) then 'undetermined'
        when not a.have_payments or c.is_applied is null then 'unknown'
        when p.due_on is null then 'unstated'
        else 'late'
    end as state,
    -- the due day itself is not late
    cast(case
        when p.due_on is null then null   -- greatest(null, 0) would be 0
        when d.paid_on is not null then greatest({{ days_between('p.due_on', 'd.paid_on') }}, 0)
        when
            not p.is_forfeited and c.outcome = 'eligible' and c.is_applied and p.answer in (0, 3) and a.have_payments
            and p.amount_yuan is not null
            then greatest({{ days_between('p.due_on', as_of()) }}, 0)
    end as bigint) as late_days,
    l.quote,
    l.decision_id
from parts as p
inner join claims as c on p.claim_id = c.claim_id
inner join laws as l on c.clause_key = l.clause_key and p.instalment_no = l.instalment_no
left join paid as d on p.claim_id = d.claim_id and p.instalment_no = d.instalment_no
cross join arrived as a
