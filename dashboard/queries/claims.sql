-- One row per claim, whatever became of it; rent years are a kind of their own, as in every rate.
select
    fct_claim.policy_id, fct_claim.claim_id, fct_claim.enterprise_id, fct_claim.enterprise_name, fct_claim.clause_id, dim_clause.title_zh, fct_claim.measure_no,
    dim_event.event_title, fct_claim.park_id, fct_claim.park_name, fct_claim.district_code, fct_claim.qualified_on, fct_claim.qualified_year,
    case when dim_event.event_kind = 'rent_year' then 'rent' else 'award' end as kind,
    fct_claim.outcome, fct_claim.outcome_reason,
    -- a claim that is not eligible has no bound to show
    case when fct_claim.outcome != 'not_eligible' then fct_claim.net_ceiling_yuan end as net_ceiling_yuan,
    fct_claim.floor_yuan, fct_claim.last_status, fct_claim.approved_yuan, fct_claim.paid_yuan, fct_claim.amount_status,
    fct_claim.is_outreach, fct_claim.is_applied, fct_claim.is_approved, fct_claim.is_paid, fct_claim.is_below_floor,
    fct_claim.event_id, fct_claim.ordered_yuan, fct_claim.reported_subsidy_yuan
from fct_claim
left join dim_clause
    on fct_claim.clause_key = dim_clause.clause_key
left join dim_event using (event_id)
where (fct_claim.policy_id, fct_claim.document) in (select unnest($policies), unnest($documents))
