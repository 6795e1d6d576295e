-- One row per period: software revenue so far in the year and its matched growth, of the city or one part of it.
select
    period, stat_year, month_no, cut_name, value, matched_value, base_value, growth_rate, matched_count, reported_count, unit,
    is_withheld, is_withheld_secondary, withheld_reason, is_value_withheld, is_growth_withheld
from mart_industry_month
where
    measure_id = 'software_revenue'
    and cut_kind || ':' || cut_id
    = coalesce('park:' || $park, 'district:' || $district, 'segment:' || $segment, 'size:' || $size, 'city:all')
