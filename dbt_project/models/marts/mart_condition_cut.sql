-- Cut as mart_clause_cut is.
with
answers as (
    select
        c.policy_id,
        c.document,
        c.clause_id,
        c.enterprise_id,
        coalesce(c.district_code, 'none') as district,
        coalesce(c.park_id, 'none') as park,
        coalesce(cast(c.qualified_year as string), 'none') as year,
        a.condition_id,
        a.condition_order,
        a.says,
        a.outcome
    from {{ ref('fct_claim_condition') }} as a
    inner join {{ ref('fct_claim') }} as c on a.claim_id = c.claim_id
)

select
    policy_id,
    document,
    clause_id,
    {{ cut_columns(['district', 'park', 'year']) }},
    condition_id,
    min(condition_order) as condition_order,
    min(says) as says,
    count(*) filter (where outcome = 'met') as met_count,
    count(*) filter (where outcome = 'not_met') as not_met_count,
    count(*) filter (where outcome = 'unknown') as unknown_count,
    count(*) filter (where outcome = 'needs_review') as review_count,
    {{ firms_where("outcome = 'not_met'") }} as stopped_enterprise_count,
    {{ firms_where("outcome in ('unknown', 'needs_review')") }} as open_enterprise_count
from answers
group by policy_id, document, clause_id, condition_id, cube (district, park, year)
