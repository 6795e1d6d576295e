-- One row per firm that left a park.
select
    enterprise_id, enterprise_name, leaving, moved_in_on, moved_out_on, moved_told_on, park_name_now, district_name_now, gone_how
from mart_park_leaver
where park_id = $park
