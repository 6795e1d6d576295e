-- One row per claim behind the findings asked for: what grounds it, its bounds, and the row its event was read from.
with
claims as (  -- its own, and those whose payments share a bound with it
    select f.finding_id, f.claim_id
    from mart_audit_finding as f
    where list_contains(string_split($findings, ','), f.finding_id) and f.claim_id is not null
    union
    select f.finding_id, p.claim_id
    from mart_audit_finding as f
    inner join fct_payment as p on list_contains(string_split(f.payment_nos, '、'), p.payment_no)
    where list_contains(string_split($findings, ','), f.finding_id) and p.claim_id is not null
),

files as (  -- of a name that came twice the one that was read
    select source_file, min_by(file_sha256, (status <> 'loaded', file_sha256)) as file_sha256
    from mart_source_file
    group by source_file
)

select
    claims.finding_id, claims.claim_id, c.clause_id, e.event_title, e.printed_name, e.qualified_on, e.document as notice, e.issuer,
    e.certificate_no, c.outcome, c.outcome_reason, c.ceiling_yuan, c.floor_yuan, c.ceiling_reason, c.paid_yuan, e.source_file, e.sheet, e.row_no,
    files.file_sha256
from claims
inner join fct_claim as c using (claim_id)
left join dim_event as e using (event_id)
left join files using (source_file)
