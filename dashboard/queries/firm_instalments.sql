-- One row per part that a claim of a firm is paid in.
select
    fct_instalment.policy_id, fct_instalment.claim_id, fct_instalment.clause_id, dim_event.event_title, fct_instalment.instalment_no, fct_instalment.says, fct_instalment.share,
    fct_instalment.amount_yuan, fct_instalment.due_on, fct_instalment.paid_yuan, fct_instalment.paid_on, fct_instalment.state,
    fct_instalment.late_days, fct_instalment.needed, fct_instalment.answer, fct_instalment.reason, fct_instalment.quote, fct_instalment.decision_id,
    fct_instalment.park_id
from fct_instalment
left join dim_event using (event_id)
where (fct_instalment.policy_id, fct_instalment.document) in (select unnest($policies), unnest($documents)) and fct_instalment.enterprise_id = $firm
