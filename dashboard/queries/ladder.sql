-- One row per rung of the ladder and day: firms by the highest rung they stand on.
select stood_on, is_data_day, year(stood_on) as year, rung, rung_title, rung_rank, firm_count, open_count
from mart_title_ladder
where district = $district_cut and park = $park_cut
