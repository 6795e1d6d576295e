-- One row per target of the city: how far, and how fast it would have to grow from here.
select
    target_id, indicator_id, title, target_year, target_value, unit, document, page, is_unverified, actual_year,
    actual_value, gap_value, pace_needed_rate, status, note
from mart_target
