-- One row per ratio in a period: margin, research, pay and revenue a head, each with what it divides by what.
select
    period, cut_kind, cut_id, cut_name, ratio_id, unit, numerator_value, denominator_value, firm_count, ratio_value,
    base_ratio_value, change_points, change_rate, is_withheld
from mart_industry_quality
where
    period = coalesce($period, (select max(period) from mart_industry_quality))
    and cut_kind || ':' || cut_id = coalesce('park:' || $park, 'district:' || $district, 'city:all')
