-- One row: what needs a look; no finding is none only where payments came. Findings of the as-of month and in all, and stale or missing sources.
with findings as (
    select sum(finding_count)::bigint as finding_count, sum(at_stake_yuan)::decimal(18, 2) as finding_yuan,
        sum(new_finding_count)::bigint as new_finding_count
    from mart_audit_cut
    where kind = 'all' and severity = 'error' and policy_id = $policy and document = $document and park = $park_cut
        and district = 'all' and year = 'all' and measure = 'all' and clause = 'all'
)

select
    coalesce(finding_count, none) as finding_count, finding_yuan, coalesce(new_finding_count, none) as new_finding_count,
    (select count(*) from mart_source_freshness where status = 'stale') as stale_source_count,
    (select count(*) from mart_source_freshness where status = 'missing') as missing_source_count,
    (select count(*) from mart_source_freshness) as source_count,
    (select count(*) from mart_quarantine where mended_by_file is null) as quarantined_count,
    (select count(*) from mart_match_review where decision = 'review') as review_count
from findings,
lateral (
    select case when coalesce(bool_and(have_payments), true) then 0 end as none
    from mart_month_end where (policy_id, document) in (select unnest($policies), unnest($documents))
)
