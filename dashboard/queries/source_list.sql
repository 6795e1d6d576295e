-- One row per source: how fresh it is, what came in all, and the files of each of the last 52 weeks (weeks ago:files). Arrivals count
-- on the day they came, up to the day of the build.
with weeks as (
    select source, date_diff('day', received_on, counted_on) // 7 as weeks_ago, count(*) as file_count
    from mart_source_file
    inner join mart_source_freshness using (source)
    where received_on between counted_on - 363 and counted_on
    group by all
),

arrivals as (
    select source, string_agg(weeks_ago || ':' || file_count, ',' order by weeks_ago) as arrivals
    from weeks
    group by source
)

select
    fresh.source, fresh.title, fresh.sender, fresh.rhythm, fresh.rhythm_days, fresh.status, fresh.last_received_on,
    fresh.days_since_received, fresh.file_count, fresh.refused_file_count, fresh.rows_read, fresh.rows_loaded,
    fresh.rows_skipped, fresh.rows_quarantined, arrivals.arrivals
from mart_source_freshness as fresh
left join arrivals using (source)
