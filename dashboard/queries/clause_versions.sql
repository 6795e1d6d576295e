-- One row per version of a clause, any document: its words, and what the claims it grounds come to.
with claims as (
    select
        clause_key, count(*) as claim_count,
        count(*) filter (where outcome = 'eligible') as eligible_count,
        count(*) filter (where outcome = 'needs_review') as needs_review_count,
        count(*) filter (where outcome = 'undetermined') as undetermined_count,
        count(*) filter (where outcome = 'not_eligible') as not_eligible_count,
        count(*) filter (where amount_status in ('ceiling', 'unknown')) as bounded_count,
        sum(ceiling_yuan) filter (where outcome = 'eligible') as ceiling_before_overlap_yuan,
        sum(net_ceiling_yuan) filter (where outcome = 'eligible') as ceiling_yuan,
        sum(ceiling_yuan) filter (where outcome in ('undetermined', 'needs_review')) as open_ceiling_yuan
    from fct_claim
    where policy_id = $policy and clause_id = $clause
    group by clause_key
)

select
    l.clause_key, l.document, l.document_title, l.is_draft, l.first_day, l.last_day, l.title_zh, l.measure_no, l.measure_title,
    l.quotes, l.trigger_words, l.award_words, l.payees, l.instalments, l.cap_yuan, l.amount_kind, l.is_selective, l.payer, l.procedure_class, l.departments,
    l.window_says, l.materials, l.coverage_status, l.coverage_note, l.last_checked_on, l.count_status,
    coalesce(c.claim_count, 0) as claim_count, coalesce(c.eligible_count, 0) as eligible_count,
    coalesce(c.needs_review_count, 0) as needs_review_count, coalesce(c.undetermined_count, 0) as undetermined_count,
    coalesce(c.not_eligible_count, 0) as not_eligible_count,
    coalesce(c.ceiling_before_overlap_yuan, 0)::decimal(18, 2) as ceiling_before_overlap_yuan,
    coalesce(c.ceiling_yuan, 0)::decimal(18, 2) as ceiling_yuan, coalesce(c.open_ceiling_yuan, 0)::decimal(18, 2) as open_ceiling_yuan,
    case
        when c.bounded_count > 0 then 'stated' when c.claim_count > 0 then 'not_stated'
        when l.amount_kind = 'ceiling' then 'stated' else 'not_stated'
    end as amount_status
from dim_clause as l
left join claims as c on l.clause_key = c.clause_key
where l.policy_id = $policy and l.clause_id = $clause
-- of one day: the draft, then the text it became
order by l.first_day nulls last, l.is_draft desc, l.clause_key
