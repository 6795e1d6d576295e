-- One row per firm whose day of registration is known.
select
    enterprise_id, enterprise_name, district_code, district_name, park_id, park_name, street, registered_on, registered_capital_yuan,
    software_outcome
from dim_enterprise
where registered_on is not null
