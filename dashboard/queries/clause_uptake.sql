-- One row per clause: the funnel from claims to payments, with rates where the whole city is asked.
with claims as (
    select claim_id, enterprise_id, outcome, is_applied, is_approved, is_paid, net_ceiling_yuan, approved_yuan,
        paid_yuan, is_outreach
    from fct_claim
    where policy_id = $policy and document = $document and clause_id = $clause
        and ($district::varchar is null or district_code = $district)
        and ($park::varchar is null or park_id = $park)
        and ($year::bigint is null or qualified_year = $year)
),

-- of these claims alone: all applications of a city are many
accepted as (
    select distinct claim_id
    from fct_application
    where accepted_on is not null and claim_id in (select claim_id from claims)
),

counted as (
    select
        count(*) as claim_count,
        count(*) filter (where outcome = 'eligible') as eligible_count,
        count(distinct enterprise_id) filter (where outcome = 'eligible') as eligible_enterprise_count,
        count(*) filter (where outcome = 'needs_review') as needs_review_count,
        count(*) filter (where outcome = 'undetermined') as undetermined_count,
        count(*) filter (where outcome = 'not_eligible') as not_eligible_count,
        count(*) filter (where outcome = 'eligible' and is_applied) as applied_count,
        count(*) filter (where outcome = 'eligible' and accepted.claim_id is not null) as accepted_count,
        count(*) filter (where outcome = 'eligible' and is_approved) as approved_count,
        count(*) filter (where outcome = 'eligible' and is_paid) as paid_count,
        sum(net_ceiling_yuan) filter (where outcome = 'eligible') as ceiling_yuan,
        sum(net_ceiling_yuan) filter (where outcome = 'eligible' and is_applied) as applied_ceiling_yuan,
        sum(net_ceiling_yuan) filter (
            where outcome = 'eligible' and accepted.claim_id is not null
        ) as accepted_ceiling_yuan,
        sum(approved_yuan) filter (where outcome = 'eligible') as approved_yuan,
        sum(paid_yuan) filter (where outcome = 'eligible') as paid_yuan,
        count(*) filter (where is_outreach) as outreach_count,
        sum(net_ceiling_yuan) filter (where is_outreach) as outreach_yuan
    from claims
    left join accepted using (claim_id)
)

select counted.*, whole.payout_rate, whole.payout_rate_low, whole.payout_rate_high
from counted
left join mart_clause_uptake as whole
    on whole.policy_id = $policy and whole.document = $document and whole.clause_id = $clause
    and $district::varchar is null and $park::varchar is null and $year::bigint is null
