-- One row per segment and key field in a period: its share of software revenue, beside the country's of the same period.
select
    period, place_kind, place_id, place_name, part_kind, part_id, part_name, part_order, value_yuan, whole_yuan, share, base_share,
    national_share, national_note, gap_points, firm_count, largest_share, is_withheld, is_withheld_secondary
from mart_industry_structure
where
    period = coalesce($period, (select max(period) from mart_industry_structure))
    and place_kind || ':' || place_id = coalesce('park:' || $park, 'district:' || $district, 'size:' || $size, 'city:all')
