-- One row per finding that came, went or changed.
select
    finding_id, change, kind, severity, clause_id, enterprise_id, enterprise_name, application_no, found_on, at_stake_yuan, evidence, park_id,
    park_name, district_code
from finding_change
where coalesce(policy_id = $policy, true)
