-- One row per claim of a clause; an outcome or a condition that was not met narrows it. Asked whole.
select
    fct_claim.rowid as _at, fct_claim.enterprise_id, fct_claim.enterprise_name, fct_claim.park_name, fct_claim.qualified_on,
    fct_claim.outcome, fct_claim.outcome_reason,
    -- a claim that is not eligible has no bound to show
    case when fct_claim.outcome != 'not_eligible' then fct_claim.net_ceiling_yuan end as net_ceiling_yuan,
    fct_claim.last_status, fct_claim.approved_yuan, fct_claim.paid_yuan, fct_claim.amount_status,
    fct_claim.district_code, fct_claim.park_id, fct_claim.qualified_year
from fct_claim
where fct_claim.policy_id = $policy and fct_claim.document = $document and fct_claim.clause_id = $clause
    and ($district::varchar is null or fct_claim.district_code = $district)
    and ($park::varchar is null or fct_claim.park_id = $park)
    and ($year::bigint is null or fct_claim.qualified_year = $year)
    and ($outcome::varchar is null or fct_claim.outcome = $outcome)
    and ($stage::varchar is null
        or ($stage = 'outreach' and fct_claim.is_outreach)
        or ($stage = 'applied' and fct_claim.is_applied)
        or ($stage = 'approved' and fct_claim.is_approved)
        or ($stage = 'paid' and fct_claim.is_paid))
    and ($condition::varchar is null or exists (
        select 1 from fct_claim_condition as answers
        where answers.claim_id = fct_claim.claim_id and answers.condition_id = $condition and answers.outcome != 'met'
    ))
