-- Years in which a firm was registered or left, or a title was told of.
select year(ends_on) as year
from mart_firm_demography
where period_kind = 'year' and ends_on is not null and new_count + coalesce(closed_count, 0) + absent_count > 0
union
select year_no from mart_title_stock
order by year desc
