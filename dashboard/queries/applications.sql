-- One row per application handed in, with the claim it is for; one without ground is for none.
select
    a.policy_id, a.application_no, a.enterprise_id, a.enterprise_name, a.clause_id, dim_clause.title_zh, dim_clause.measure_no,
    coalesce(fct_claim.park_id, a.park_id) as park_id, dim_park.park_name, fct_claim.district_code, a.submitted_on, a.accepted_on, a.status,
    a.requested_yuan, a.approved_yuan, a.paid_yuan, a.match_basis, a.claim_id is not null as is_grounded
from fct_application as a
left join fct_claim
    on a.claim_id = fct_claim.claim_id
left join dim_park
    on coalesce(fct_claim.park_id, a.park_id) = dim_park.park_id
left join dim_clause
    on a.clause_id = dim_clause.clause_id and a.policy_id = dim_clause.policy_id and dim_clause.is_current
    and (dim_clause.policy_id, dim_clause.document) in (select unnest($policies), unnest($documents))
where a.policy_id in (select unnest($policies)) and a.status != 'draft'
