-- One row per condition of a clause: how many claims and firms it lets through, stops or leaves open.
with claims as (
    select claim_id, enterprise_id
    from fct_claim
    where policy_id = $policy and document = $document and clause_id = $clause
        and ($district::varchar is null or district_code = $district)
        and ($park::varchar is null or park_id = $park)
        and ($year::bigint is null or qualified_year = $year)
)

select
    min(answers.condition_order) as condition_order,
    answers.condition_id,
    min(answers.says) as says,
    count(*) filter (where answers.outcome = 'met') as met_count,
    count(*) filter (where answers.outcome = 'not_met') as not_met_count,
    count(*) filter (where answers.outcome = 'unknown') as unknown_count,
    count(*) filter (where answers.outcome = 'needs_review') as review_count,
    count(distinct claims.enterprise_id) filter (where answers.outcome = 'not_met') as stopped_enterprise_count,
    count(distinct claims.enterprise_id) filter (
        where answers.outcome in ('unknown', 'needs_review')
    ) as open_enterprise_count
from fct_claim_condition as answers
inner join claims using (claim_id)
group by answers.condition_id
