-- One row per month of arrival in the 24 months up to the as-of day.
select date_trunc('month', received_on)::date as month, sum(rows_loaded)::bigint as rows_loaded,
    sum(rows_skipped)::bigint as rows_skipped, sum(rows_quarantined)::bigint as rows_quarantined
from mart_source_trend
where received_on > $as_of::date - interval 24 month and received_on <= $as_of::date
    and ($source::varchar is null or source = $source)
group by all
order by month
