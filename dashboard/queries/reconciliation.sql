-- One row per source: every row followed from its file to the claims, all lines adding up (mart_reconciliation).
select
    flow.source, any_value(fresh.title) as title, count(*) as file_count,
    count(*) filter (where flow.status = 'refused') as refused_file_count,
    sum(flow.rows_read)::bigint as rows_read, sum(flow.rows_loaded)::bigint as rows_loaded,
    sum(flow.rows_skipped)::bigint as rows_skipped, sum(flow.rows_quarantined)::bigint as rows_quarantined,
    sum(flow.rows_replaced)::bigint as rows_replaced, sum(flow.rows_after_as_of)::bigint as rows_after_as_of,
    sum(flow.rows_not_formal)::bigint as rows_not_formal, sum(flow.rows_superseded)::bigint as rows_superseded,
    sum(flow.rows_same_key)::bigint as rows_same_key, sum(flow.rows_added)::bigint as rows_added,
    sum(flow.rows_withdrawn)::bigint as rows_withdrawn, sum(flow.rows_in_force)::bigint as rows_in_force,
    sum(flow.rows_not_seen_again)::bigint as rows_not_seen_again,
    sum(flow.rows_matched)::bigint as rows_matched, sum(flow.rows_in_review)::bigint as rows_in_review,
    sum(flow.rows_without_firm)::bigint as rows_without_firm, sum(flow.event_count)::bigint as event_count,
    sum(flow.rows_without_event)::bigint as rows_without_event, sum(flow.claim_count)::bigint as claim_count,
    sum(flow.rows_unexplained)::bigint as rows_unexplained, bool_and(flow.is_balanced) as is_balanced
from mart_reconciliation as flow
left join mart_source_freshness as fresh using (source)
group by flow.source
