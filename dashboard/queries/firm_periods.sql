-- One row per year and quarter, and for the data day: firms new, gone and there, of a district, a park or all.
select period_kind, period, ends_on, new_count, closed_count, absent_count, net_count, registered_count, stock_count, closed_undated_count
from mart_firm_demography
where cut = 'all' and district = $district_cut and park = $park_cut
