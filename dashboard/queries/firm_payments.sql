-- One row per payment order to a firm (a clawback is negative), and one per rent year whose subsidy the park reported, as far
-- as the orders do not hold it: together what a firm's page calls paid.
select policy_id, payment_no, application_no, clause_id, paid_on, amount_yuan, own_yuan, payer_level, application_no as paid_by_record
from fct_payment
where enterprise_id = $firm and coalesce(policy_id in (select unnest($policies)), true)
union all
select
    fct_claim.policy_id, null, null, fct_claim.clause_id, null, (fct_claim.paid_yuan - coalesce(ordered_yuan, 0))::decimal(18, 2),
    ((fct_claim.paid_yuan - coalesce(ordered_yuan, 0)) * fct_claim.own_share::decimal(9, 8))::decimal(18, 2), 'park',
    dim_event.event_title || '，' || dim_event.source_file || ' 第 ' || dim_event.row_no || ' 行'
from fct_claim
left join dim_event using (event_id)
where (fct_claim.policy_id, fct_claim.document) in (select unnest($policies), unnest($documents)) and fct_claim.enterprise_id = $firm
    and reported_subsidy_yuan > coalesce(ordered_yuan, 0)
