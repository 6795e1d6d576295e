-- One row per source, day of arrival and kind of delivery.
select
    trend.source, fresh.title, trend.received_on, trend.delivery, trend.file_count, trend.refused_file_count,
    trend.rows_read, trend.rows_loaded, trend.rows_skipped, trend.rows_quarantined, trend.quarantine_rate,
    trend.usual_rows, trend.share_of_usual
from mart_source_trend as trend
left join mart_source_freshness as fresh using (source)
