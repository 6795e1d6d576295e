-- One row per part of each cut of the firms on the data day; districts and parks are cuts too.
select cut, part, null::varchar as part_name, registered_count, closed_count, absent_count, stock_count
from mart_firm_demography
where period_kind = 'day' and cut != 'all' and district = $district_cut and park = $park_cut
union all
select 'district', district, district_name, registered_count, closed_count, absent_count, stock_count
from mart_firm_demography
where period_kind = 'day' and cut = 'all' and district != 'all' and $district_cut in ('all', district) and park = $park_cut
union all
select 'park', park, park_name, registered_count, closed_count, absent_count, stock_count
from mart_firm_demography
where period_kind = 'day' and cut = 'all' and park != 'all' and $park_cut in ('all', park) and district = $district_cut
