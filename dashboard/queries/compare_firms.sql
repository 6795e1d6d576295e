-- One row per firm that stands on the register in one of two snapshots alone.
select
    enterprise_id, enterprise_name, change, gone_how, gone_on, registered_on, district_code, district_name, old_park_id, new_park_id, park_name,
    software_outcome
from firm_change
