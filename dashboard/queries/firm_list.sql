-- One row per firm found by name, former name or number; $q is words as search_text holds them.
select
    rowid as _at, enterprise_id, enterprise_name, former_names, district_name, park_name, registered_on, registration_status,
    software_outcome, credit_flags, claim_count
from dim_enterprise
where ($district::varchar is null or district_code = $district)
    and ($park::varchar is null or park_id = $park)
    and ($software::varchar is null or software_outcome = $software)
    and ($q::varchar is null or contains(search_text, $q))
