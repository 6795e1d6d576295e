-- One row per month, of the country and of the city's own province: the growth of software revenue as published.
select
    area, area_level, period, value, unit, yoy_percent, vintage, published_on, issuer, title, survey_scope, note,
    is_unverified, is_break, has_other_value
from mart_benchmark
where
    measure_id = 'software_revenue' and period_kind = 'month' and is_own_area and yoy_percent is not null
    and period <= substr($as_of, 1, 7)
-- a level and its rate may stand in two releases: here the rate counts, as in mart_industry_gap
qualify
    row_number() over (partition by area, period order by is_preferred desc, is_unverified asc, published_on desc, title asc) = 1
