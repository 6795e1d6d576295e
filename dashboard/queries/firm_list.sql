-- One row per firm; search_text holds its names, former names and number as letters and digits of one width and case.
select
    enterprise_id, enterprise_name, former_names, district_name, park_name, registered_on, registration_status,
    software_outcome, credit_flags, claim_count, registered_capital_yuan, street, rung_title, gone_on, district_code, park_id, search_text, gone_how
from dim_enterprise
