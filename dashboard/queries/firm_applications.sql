-- One row per application of a firm.
select
    policy_id, application_no, clause_id, submitted_on, accepted_on, approved_on, status, requested_yuan, approved_yuan,
    paid_yuan, match_basis, is_without_ground, claim_id
from fct_application
where enterprise_id = $firm and coalesce(policy_id in (select unnest($policies)), true)
