-- One row per month of the last 24, oldest first: what qualified, was applied for and was paid; city or one park.
with months as (
    select range::date as month
    from range(
        date_trunc('month', $as_of::date) - interval 23 months,
        date_trunc('month', $as_of::date) + interval 1 day,
        interval 1 month
    )
),

claims as (
    select claim_id, park_id, outcome, net_ceiling_yuan, qualified_on
    from fct_claim
    where policy_id = $policy and document = $document
),

city as (
    select month, sum(eligible_count) as eligible_count, sum(submitted_count) as submitted_count,
        sum(paid_count) as paid_count, sum(paid_yuan) as paid_yuan, sum(eligible_ceiling_yuan) as ceiling_yuan,
        sum(open_count) as open_count
    from mart_monthly_flow
    where $park::varchar is null and policy_id = $policy and document = $document
    group by month
),

qualified as (
    select date_trunc('month', qualified_on)::date as month, count(*) filter (where outcome = 'eligible') as n,
        sum(net_ceiling_yuan) filter (where outcome = 'eligible') as yuan,
        count(*) filter (where outcome in ('undetermined', 'needs_review')) as open_n
    from claims where park_id = $park::varchar group by all
),

found as (
    select date_trunc('month', found_on)::date as month, count(*) as n
    from mart_audit_finding
    where severity = 'error' and ($park::varchar is null or park_id = $park) group by all
),

submitted as (
    select date_trunc('month', fct_application.submitted_on)::date as month, count(*) as n
    from fct_application
    inner join claims using (claim_id)
    where claims.park_id = $park::varchar group by all
),

paid as (
    select date_trunc('month', fct_payment.paid_on)::date as month, count(*) as n, sum(amount_yuan) as yuan
    from fct_payment
    inner join claims using (claim_id)
    where claims.park_id = $park::varchar group by all
)

select
    months.month,
    coalesce(city.eligible_count, qualified.n, 0)::bigint as eligible_count,
    coalesce(city.submitted_count, submitted.n, 0)::bigint as submitted_count,
    coalesce(city.paid_count, paid.n, 0)::bigint as paid_count,
    coalesce(city.ceiling_yuan, qualified.yuan, 0) as ceiling_yuan,
    coalesce(city.paid_yuan, paid.yuan, 0) as paid_yuan,
    coalesce(city.open_count, qualified.open_n, 0)::bigint as open_count,
    coalesce(found.n, 0)::bigint as finding_count
from months
left join city using (month)
left join qualified using (month)
left join submitted using (month)
left join paid using (month)
left join found using (month)
order by months.month
