-- One row per failing row of a check that was kept.
select check_id, table_name, source_file, sheet, row_no, row_key, column_name, value_seen
from mart_quality_failure
