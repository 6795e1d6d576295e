-- One row per claim of a firm.
select
    fct_claim.policy_id, fct_claim.claim_id, fct_claim.clause_id, dim_clause.title_zh, fct_claim.measure_no, dim_event.event_title,
    fct_claim.qualified_on, fct_claim.outcome, fct_claim.outcome_reason,
    -- a claim that is not eligible has no bound to show
    case when fct_claim.outcome != 'not_eligible' then fct_claim.ceiling_yuan end as ceiling_yuan,
    case when fct_claim.outcome != 'not_eligible' then fct_claim.net_ceiling_yuan end as net_ceiling_yuan,
    fct_claim.ceiling_reason, fct_claim.floor_yuan, fct_claim.is_counted,
    fct_claim.superseded_by, fct_claim.payees, fct_claim.superseded_reason, fct_claim.first_applied_on, fct_claim.last_status,
    fct_claim.approved_yuan, fct_claim.paid_yuan, fct_claim.is_outreach, fct_claim.is_applied, fct_claim.amount_status, fct_claim.enterprise_name,
    dim_clause.is_selective, dim_clause.quotes, dim_clause.departments, dim_event.document as notice,
    dim_event.source_file, dim_event.row_no, fct_claim.qualified_year, fct_claim.park_id, fct_claim.park_name
from fct_claim
left join dim_clause
    on fct_claim.clause_key = dim_clause.clause_key
left join dim_event using (event_id)
where (fct_claim.policy_id, fct_claim.document) in (select unnest($policies), unnest($documents)) and fct_claim.enterprise_id = $firm
