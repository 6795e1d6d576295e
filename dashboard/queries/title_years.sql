-- One row per list, level, grade and year: firms whose title was granted, renewed, cancelled or ran out, and those that hold it.
select
    year_no as year, list, title, level, grade_number, granted_count, renewed_count, cancelled_count, expired_count, standing_count,
    open_count
from mart_title_stock
where district = $district_cut and park = $park_cut
