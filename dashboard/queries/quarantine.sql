-- One row per refused row: where it stands and why.
select
    held.source, fresh.title, held.source_file, held.sheet, held.row_no, held.column_name, held.value_seen, held.reason,
    held.received_on, held.mended_by_file
from mart_quarantine as held
left join mart_source_freshness as fresh using (source)
