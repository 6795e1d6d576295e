-- One row per claim of which outcome, upper bound or payment differs between two snapshots.
select
    claim_id, clause_id, measure_no, enterprise_id, enterprise_name, district_code, park_name, old_park_id, new_park_id, old_outcome,
    new_outcome, new_outcome_reason, old_net_ceiling_yuan, new_net_ceiling_yuan, change_net_ceiling_yuan, old_paid_yuan, new_paid_yuan,
    change_paid_yuan, moved_by, has_changed_sides
from claim_change
where policy_id = $policy and document = $document
