-- One row per year and pair of rungs: firms that went from the one to the other between its two ends.
select
    year(to_on) as year, from_on, to_on, from_rung, from_rung_title, from_rung_rank, to_rung, to_rung_title, to_rung_rank, direction,
    firm_count, open_count
from mart_title_flow
where district = $district_cut and park = $park_cut
