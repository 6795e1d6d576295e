-- One row per indicator of the city, or of one park, as both snapshots print it newest.
select
    indicator_id, indicator_order, title, unit, old_year, new_year, old_value, new_value, change, is_comparable, old_status, new_status, series_note
from indicator_change
where park = $park_cut
