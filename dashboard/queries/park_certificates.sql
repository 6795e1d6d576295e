-- One row per kind of certificate the park's present tenants hold.
select list, event_count, enterprise_count
from mart_park_title
where park_id = $park
