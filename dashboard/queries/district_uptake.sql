-- One row per district line; that of a district with its zone (320211+JK) is not to be added to the others. The rate leaves rent out.
with awards as (
    select district_code, eligible_count, paid_count, payout_rate, payout_rate_low, payout_rate_high
    from mart_kind_uptake
    where policy_id = $policy and document = $document and cut = 'district' and kind = 'award'
),

-- a line with its zone is the district and the zone
lines as (
    select kpi.district_code, sum(awards.eligible_count)::bigint as award_eligible_count,
        case when bool_and(awards.paid_count is not null) then sum(awards.paid_count) end::bigint as award_paid_count,
        case when count(*) = 1 then min(awards.payout_rate_low) end as payout_rate_low,
        case when count(*) = 1 then min(awards.payout_rate_high) end as payout_rate_high
    from mart_district_kpi as kpi
    inner join awards
        on awards.district_code in (split_part(kpi.district_code, '+', 1), replace(kpi.district_code, '+', '-'))
    where kpi.policy_id = $policy and kpi.document = $document
    group by kpi.district_code
)

select
    kpi.district_code, district_name, district_order, is_urban, is_reference, is_total_line, tile_column, tile_line, registered_count,
    software_count, claim_count, eligible_count, open_count, not_eligible_count, applied_count, paid_count,
    coalesce(award_eligible_count, 0) as award_eligible_count, case when award_eligible_count is null then 0 else award_paid_count end as award_paid_count,
    award_paid_count / nullif(award_eligible_count, 0)::double as award_payout_rate,
    lines.payout_rate_low, lines.payout_rate_high, ceiling_yuan, paid_yuan, outreach_count, outreach_yuan,
    kpi.amount_status, (select count_status from mart_city_kpi where policy_id = $policy and document = $document) as count_status
from mart_district_kpi as kpi
left join lines using (district_code)
where policy_id = $policy and document = $document
