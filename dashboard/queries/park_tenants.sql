-- One row per month of the last 36: firms whose lease runs at its end, or on the as-of day for the last.
select month, tenant_count
from mart_park_month
where park_id = $park
order by month
