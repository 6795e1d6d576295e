-- One row per file received.
select
    files.source, fresh.title, files.source_file, files.file_sha256, files.received_on, files.status as file_status,
    files.message, files.rows_read, files.rows_loaded, files.rows_skipped, files.skipped_as, files.rows_quarantined
from mart_source_file as files
left join mart_source_freshness as fresh using (source)
