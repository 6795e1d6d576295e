-- One row per check of this build; a check that found nothing says how many rows it looked at.
select
    check_id, door, table_name, severity, description, is_success, row_count, unexpected_count,
    not is_success and severity = 'error' as is_error, sample
from mart_quality_result
where ($severity::varchar is null or severity = $severity)
    and ($verdict::varchar is null or is_success = ($verdict = 'passed'))
    and ($check::varchar is null or check_id = $check)
