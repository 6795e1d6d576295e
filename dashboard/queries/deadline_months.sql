-- One row per month in which deadlines of deadlines.sql, as they are cut, run out.
select date_trunc('month', due_on)::date as month, count(*) as deadline_count, count(distinct enterprise_id) as enterprise_count
from deadlines
group by 1
