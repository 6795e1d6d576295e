-- One row per month of arrival in the 24 months up to the day of the build.
select date_trunc('month', received_on)::date as month, sum(rows_loaded)::bigint as rows_loaded,
    sum(rows_skipped)::bigint as rows_skipped, sum(rows_quarantined)::bigint as rows_quarantined
from mart_source_trend
inner join (select distinct counted_on from mart_source_freshness) as fresh
    on received_on > counted_on - interval 24 month and received_on <= counted_on
group by all
order by month
