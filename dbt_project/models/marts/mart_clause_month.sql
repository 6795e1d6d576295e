-- Cut as mart_clause_cut is; the year is the month's.
with
claims as (
    select
        policy_id,
        document,
        clause_id,
        outcome,
        coalesce(district_code, 'none') as district,
        coalesce(park_id, 'none') as park,
        cast(date_trunc('month', qualified_on) as date) as month
    from {{ ref('fct_claim') }}
    where qualified_on is not null
)

select
    policy_id,
    document,
    clause_id,
    {{ cut_columns(['district', 'park']) }},
    month,
    outcome,
    count(*) as claim_count
from claims
group by policy_id, document, clause_id, month, outcome, cube (district, park)
