-- One row per measure: the industry in a period (the newest unless asked), of the city or one park, district, segment or size class.
select
    period, stat_year, month_no, period_end_on, cut_kind, cut_id, cut_name, measure_id, unit, value, matched_value, base_value,
    growth_rate, matched_value_share, reported_count, due_count, reported_due_count, matched_count, entrant_count, entrant_value,
    doubtful_count, entered_count, left_count, growing_count, fallen_count, growing_rate, median_growth_rate, top10_share,
    top100_share, largest_share, growth_without_largest_rate, is_withheld, is_withheld_secondary, withheld_reason,
    is_value_withheld, is_growth_withheld
from mart_industry_month
where
    period = coalesce($period, (select max(period) from mart_industry_month))
    and cut_kind || ':' || cut_id
    = coalesce('park:' || $park, 'district:' || $district, 'segment:' || $segment, 'size:' || $size, 'city:all')
