-- Periods of the monthly file, the newest first.
select distinct period
from mart_industry_month
order by period desc
