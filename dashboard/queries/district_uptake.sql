-- One row per district line; 320211+JK is 滨湖 with 经开区 and not to be added to the others.
select
    district_code, district_name, district_order, is_urban, is_reference, is_total_line, registered_count,
    software_count, claim_count, eligible_count, open_count, not_eligible_count, applied_count, paid_count,
    payout_rate, payout_rate_low, payout_rate_high, ceiling_yuan, paid_yuan, outreach_count, outreach_yuan
from mart_district_kpi
where policy_id = $policy and document = $document
