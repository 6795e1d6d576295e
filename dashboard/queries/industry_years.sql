-- One row per year of the yearly list: software revenue, what the monthly sample covers of it, who came, left and crossed a line.
select
    stat_year, cut_name, unit, value, growth_rate, reported_count, matched_count, sample_value,
    sample_share, entered_count, left_count, above_500w_count, above_2000w_count, crossed_500w_up_count, crossed_500w_down_count,
    crossed_2000w_up_count, crossed_2000w_down_count, series_note, is_withheld, is_withheld_secondary, is_value_withheld
from mart_industry_year
where
    measure_id = 'software_revenue'
    and cut_kind || ':' || cut_id = coalesce('park:' || $park, 'district:' || $district, 'size:' || $size, 'city:all')
