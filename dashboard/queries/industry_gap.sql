-- One row per measure and area beside which the city stands in a period: printed growth, and how far the city is from it.
select
    period, measure_id, area, city_growth_rate, compared_period, yoy_percent, city_yoy_percent, gap_points, is_same_period,
    is_unverified, issuer, title, published_on, note
from mart_industry_gap
where period = coalesce($period, (select max(period) from mart_industry_month))
