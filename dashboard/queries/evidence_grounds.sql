-- One row per claim behind the findings asked for: what grounds it, its bounds, and the row its event was read from.
select
    claims.finding_id, claims.claim_id, c.clause_id, e.event_title, e.printed_name, e.qualified_on, e.document as notice, e.issuer,
    e.certificate_no, c.outcome, c.outcome_reason, c.ceiling_yuan, c.floor_yuan, c.ceiling_reason, c.paid_yuan, e.source_file, e.sheet, e.row_no,
    files.file_sha256
from evidence_claims as claims
inner join fct_claim as c using (claim_id)
left join dim_event as e using (event_id)
left join (  -- of a name that came twice the file that was read
    select source_file, min_by(file_sha256, (status <> 'loaded', file_sha256)) as file_sha256
    from mart_source_file
    group by source_file
) as files using (source_file)
