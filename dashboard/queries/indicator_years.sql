-- One row per indicator and year of the city, or of one park.
select indicator_id, indicator_order, title, stat_year, value, unit, threshold, status, series_note, is_newest, is_withheld
from mart_indicator
where case when $park_cut = 'all' then scope = 'city' else scope = 'park' and park_id = $park_cut end
