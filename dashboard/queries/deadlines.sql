-- One row per deadline of the texts shown, and of those under no policy; days left from the as-of day, and from today.
select
    policy_id, deadline_id, kind, what, note, enterprise_id, enterprise_name, clause_id, title_zh, measure_no, park_id, park_name,
    district_code, district_name, opens_on, due_on, days_left, (due_on - $today::date)::bigint as days_from_today, lead_band,
    actor, departments, quote, decision_id, source, source_file, row_no
from mart_deadline
where policy_id is null or ((policy_id, document) in (select unnest($policies), unnest($documents)))
