-- What was paid on claims and what was paid without ground are together what the orders in force say, refunds as they are;
-- and what stands on the claims is what is counted there.
with
orders as (
    select coalesce(sum(amount_yuan), 0) as ordered_yuan from {{ ref('stg_payments') }}
),

shown as (
    select
        coalesce(sum(amount_yuan) filter (where claim_id is not null), 0) as on_claims_yuan,
        coalesce(sum(amount_yuan) filter (where claim_id is null), 0) as without_ground_yuan
    from {{ ref('fct_payment') }}
),

counted as (
    select coalesce(sum(m.paid_yuan), 0) as counted_yuan
    from {{ ref('int_claim_money') }} as m
    inner join {{ ref('int_claims') }} as c on m.claim_id = c.claim_id
    where c.is_primary
)

select
    o.ordered_yuan,
    s.on_claims_yuan,
    s.without_ground_yuan,
    c.counted_yuan
from orders as o
cross join shown as s
cross join counted as c
where o.ordered_yuan <> s.on_claims_yuan + s.without_ground_yuan or s.on_claims_yuan <> c.counted_yuan
