-- One row per payment order that is in one of two snapshots alone, or is another now.
select
    payment_no, application_no, change, clause_id, enterprise_id, enterprise_name, district_code, old_park_id, new_park_id, park_name, paid_on,
    payer_level, old_amount_yuan, new_amount_yuan, change_yuan
from payment_change
where coalesce(policy_id = $policy, true)
