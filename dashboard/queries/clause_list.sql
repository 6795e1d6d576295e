-- One row per clause: the mart's figures, or counts over the claims of a district, park or year.
-- A cut has no rate of its own: a rate is made once, in a mart.
with clauses as (
    select clause_id, clause_order, measure_no, measure_title, title_zh, coverage_status, coverage_note, cap_yuan,
        departments, is_selective, kind
    from dim_clause
    where is_current and policy_id = $policy and document = $document and ($measure::bigint is null or measure_no = $measure)
),

asked as (
    select $district::varchar is not null or $park::varchar is not null or $year::bigint is not null as is_cut
),

whole as (
    select clause_id, claim_count, eligible_count, undetermined_count, needs_review_count, not_eligible_count,
        applied_count, paid_count, payout_rate, payout_rate_low, payout_rate_high, ceiling_yuan, paid_yuan,
        outreach_count, outreach_yuan
    from mart_clause_uptake
    where not (select is_cut from asked) and policy_id = $policy and document = $document
),

cut as (
    select clause_id, count(*) as claim_count,
        count(*) filter (where outcome = 'eligible') as eligible_count,
        count(*) filter (where outcome = 'undetermined') as undetermined_count,
        count(*) filter (where outcome = 'needs_review') as needs_review_count,
        count(*) filter (where outcome = 'not_eligible') as not_eligible_count,
        count(*) filter (where outcome = 'eligible' and is_applied) as applied_count,
        count(*) filter (where outcome = 'eligible' and is_paid) as paid_count,
        null::double as payout_rate, null::double as payout_rate_low, null::double as payout_rate_high,
        sum(net_ceiling_yuan) filter (where outcome = 'eligible') as ceiling_yuan,
        sum(paid_yuan) filter (where outcome = 'eligible') as paid_yuan,
        count(*) filter (where is_outreach) as outreach_count,
        sum(net_ceiling_yuan) filter (where is_outreach) as outreach_yuan
    from fct_claim
    where (select is_cut from asked) and policy_id = $policy and document = $document
        and ($district::varchar is null or district_code = $district)
        and ($park::varchar is null or park_id = $park)
        and ($year::bigint is null or qualified_year = $year)
    group by clause_id
),

figures as (select * from whole union all by name select * from cut)

select
    clauses.clause_order, clauses.clause_id, clauses.title_zh, clauses.measure_no, clauses.coverage_status,
    clauses.cap_yuan, clauses.departments, figures.claim_count, figures.eligible_count,
    figures.needs_review_count, figures.undetermined_count, figures.not_eligible_count, figures.applied_count,
    figures.paid_count, figures.payout_rate, figures.payout_rate_low, figures.payout_rate_high,
    figures.ceiling_yuan, figures.paid_yuan, figures.outreach_count, figures.outreach_yuan
from clauses
left join figures using (clause_id)
