-- One row per check of this build; a check that found nothing says how many rows it looked at.
select
    check_id, layer, table_name, severity, description, is_success, row_count, unexpected_count,
    not is_success and severity = 'error' as is_error
from mart_quality_result
