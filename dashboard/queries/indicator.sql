-- One row per year and place of one indicator: the city, its districts, its parks.
select
    indicator_id, scope, district_code, park_id, place_name, title, stat_year, is_newest, value, numerator, denominator, parts_unit,
    unit, comparison, threshold, status, change_rate, change_points, source, is_unverified, series_note, firm_count, is_withheld
from mart_indicator
where indicator_id = $indicator
