-- One row: what needs a look. Findings of the as-of month and in all, and stale or missing sources.
select
    (select count(*) from mart_audit_finding where severity = 'error'
        and ($park::varchar is null or park_id = $park)) as finding_count,
    (select sum(at_stake_yuan) from mart_audit_finding where severity = 'error'
        and ($park::varchar is null or park_id = $park)) as finding_yuan,
    (select count(*) from mart_audit_finding where severity = 'error'
        and ($park::varchar is null or park_id = $park)
        and date_trunc('month', found_on) = date_trunc('month', $as_of::date)) as new_finding_count,
    (select count(*) from mart_source_freshness where status = 'stale') as stale_source_count,
    (select count(*) from mart_source_freshness where status = 'missing') as missing_source_count,
    (select count(*) from mart_source_freshness) as source_count,
    (select count(*) from mart_quarantine) as quarantined_count,
    (select count(*) from mart_match_review where decision = 'review') as review_count,
