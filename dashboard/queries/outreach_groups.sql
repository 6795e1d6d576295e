-- One row per district and clause of the claims of outreach.sql, as it is cut, and one for all of them (district and clause null).
select
    district_code, case when grouping(clause_id) = 0 then min(district_name) end as district_name, policy_id,
    clause_id, case when grouping(clause_id) = 0 then min(title_zh) end as title_zh,
    count(*) as outreach_count,
    count(distinct enterprise_id) as enterprise_count,
    sum(net_ceiling_yuan)::decimal(18, 2) as outreach_yuan,
    -- all of them are eligible, their bases known: without a sum the text gives no upper bound
    case when sum(net_ceiling_yuan) is null then 'not_stated' else 'stated' end as amount_status,
    count(*) filter (where contact_state <> 'open') as contacted_count,
    count(*) filter (where days_since_qualified <= 30) as new_count
from outreach
group by grouping sets ((), (district_code, policy_id, clause_id))
