-- One row per payment order (a clawback is negative), with the claim it was paid for.
select
    p.policy_id, p.payment_no, p.application_no, p.enterprise_id, dim_enterprise.enterprise_name, p.clause_id, dim_clause.title_zh, dim_clause.measure_no,
    coalesce(fct_claim.park_id, p.park_id) as park_id, dim_park.park_name, fct_claim.district_code, p.paid_on, p.amount_yuan, p.payer_level,
    p.claim_id is not null as is_grounded
from fct_payment as p
left join fct_claim
    on p.claim_id = fct_claim.claim_id
left join dim_enterprise
    on p.enterprise_id = dim_enterprise.enterprise_id
left join dim_park
    on coalesce(fct_claim.park_id, p.park_id) = dim_park.park_id
left join dim_clause
    on p.clause_id = dim_clause.clause_id and p.policy_id = dim_clause.policy_id and dim_clause.is_current
    and (dim_clause.policy_id, dim_clause.document) in (select unnest($policies), unnest($documents))
where p.policy_id in (select unnest($policies))
