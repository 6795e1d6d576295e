-- One row: whether it is known which claims were applied for, and which were paid; not where the files never came.
-- A rate of eligible claims is null only then. Asked whole.
with known as (
    select
        case when grouping(park) = 1 then 'all' else park end as park,
        coalesce(bool_and(application_rate is not null), true) as is_applied_known,
        coalesce(bool_and(payout_rate is not null), true) as is_paid_known
    from mart_clause_cut
    where policy_id = $policy and document = $document and eligible_count > 0
        and district = 'all' and year = 'all' and park != 'all'
    group by rollup (park)
)

select * from known
where park = $park_cut
