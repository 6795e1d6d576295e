-- One row per district of the claims of outreach.sql, as it is cut, and one for all of them: how far the calling is.
select
    grouping(district_code) = 1 as is_total, district_code, case when grouping(district_code) = 0 then min(district_name) end as district_name,
    count(*) as outreach_count,
    count(*) filter (where contact_state <> 'open') as contacted_count,
    count(*) filter (where contact_state = 'done') as done_count,
    count(*) filter (where contact_state = 'declined') as declined_count,
    count(*) filter (where is_due) as due_count,
    count(assignee) as assigned_count,
    count(*) filter (where contact_state <> 'open') / count(*) as contacted_rate
from outreach
group by grouping sets ((), (district_code))
having count(*) > 0
