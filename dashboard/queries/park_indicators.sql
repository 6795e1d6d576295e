-- One row per park and indicator of the provincial table, its newest year.
select
    indicator_id, indicator_order, title, park_id, place_name, stat_year, value, unit, comparison, threshold, status, change_rate,
    change_points, source, is_unverified, series_note, firm_count, is_withheld
from mart_indicator
where scope = 'park' and is_newest
