-- One row: what stood on the last month-end, by what is known now, in the city or in one park. The rate leaves rent out.
with claims as (
    select fct_claim.*, coalesce(dim_event.event_kind = 'rent_year', false) as is_rent,
        date_trunc('month', $as_of::date)::date as month
    from fct_claim
    left join dim_event using (event_id)
    where fct_claim.policy_id = $policy and fct_claim.document = $document
        and ($park::varchar is null or fct_claim.park_id = $park)
),

payments as (
    select sum(fct_payment.amount_yuan) as paid_yuan
    from fct_payment
    inner join claims using (claim_id)
    where claims.outcome = 'eligible' and fct_payment.paid_on >= claims.month
)

select
    count(*) filter (where outcome = 'eligible') as eligible_count,
    count(*) filter (where outcome in ('needs_review', 'undetermined')) as open_count,
    count(*) filter (where is_outreach or first_applied_on >= month and outcome = 'eligible') as outreach_count,
    case when bool_and(is_paid is not null) filter (where outcome = 'eligible' and not is_rent)
        then count(*) filter (where outcome = 'eligible' and not is_rent and is_paid and first_paid_on < month)
        / nullif(count(*) filter (where outcome = 'eligible' and not is_rent), 0)::double end as payout_rate,
    coalesce((select paid_yuan from payments), 0) as paid_since_yuan
from claims
where qualified_on < month
