-- One row per lead band of the deadlines of deadlines.sql, as they are cut, and one of all of them (band null).
select
    lead_band, count(*) as deadline_count, count(distinct enterprise_id) as enterprise_count, min(due_on) as next_on
from deadlines
group by grouping sets ((), (lead_band))
