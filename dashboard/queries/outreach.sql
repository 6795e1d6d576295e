-- One row per claim that may be made and has not been.
select
    claim_id, enterprise_id, enterprise_name, clause_id, title_zh, event_title, park_id, park_name, district_name,
    qualified_on, days_since_qualified, net_ceiling_yuan, floor_yuan, is_selective, credit_flags
from mart_outreach
where policy_id = $policy and document = $document
    and ($park::varchar is null or park_id = $park)
    and ($district::varchar is null or district_code = $district)
    and ($measure::bigint is null or measure_no = $measure)
    and ($claim::varchar is null or claim_id = $claim)
