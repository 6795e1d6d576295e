-- One row per city: its newest published software revenue. Figures of other measures never stand beside it.
select
    area, series_title, period, stat_year, value, unit, yoy_percent, issuer, title, published_on, survey_scope, note, is_unverified,
    has_other_value
from mart_benchmark
where area_level = 'city' and measure_id = 'software_revenue' and is_preferred and value is not null and period <= substr($as_of, 1, 7)
qualify row_number() over (partition by area order by period_kind desc, period desc) = 1
