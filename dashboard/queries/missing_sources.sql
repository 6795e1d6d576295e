-- One row per source of which no file ever came.
select source, title
from mart_source_freshness
where status = 'missing'
order by source
