-- One row per firm that is off the register: closed, or left out by a later full one.
select enterprise_id, enterprise_name, district_code, district_name, park_id, park_name, registered_on, gone_on, gone_how, registration_status
from dim_enterprise
where gone_how is not null
