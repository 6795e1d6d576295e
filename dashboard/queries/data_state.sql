-- One row: what speaks for and against today's numbers.
select
    (select count(*) from mart_source_freshness) as source_count,
    (select count(*) from mart_source_freshness where status = 'stale') as stale_count,
    (select count(*) from mart_source_freshness where status = 'missing') as missing_count,
    (select count(*) from mart_source_file) as file_count,
    (select count(*) from mart_source_file where status = 'refused') as refused_count,
    (select count(*) from mart_quality_result) as check_count,
    (select count(*) from mart_quality_result where not is_success and severity = 'error') as error_count,
    (select count(*) from mart_quality_result where not is_success and severity = 'warn') as warn_count,
    (select count(*) from mart_quarantine) as quarantined_count,
    (select sum(rows_read) from mart_source_file)::bigint as rows_read,
    (select count(*) from mart_match_review where decision = 'review') as review_count,
    (select count(*) from mart_reconciliation where not is_balanced) as unbalanced_count
