-- One row per application behind the findings asked for, with the row it was read from.
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

applications as (
    select finding_id, application_no
    from mart_audit_finding
    where list_contains(string_split($findings, ','), finding_id)
    union
    select claims.finding_id, a.application_no
    from claims
    inner join fct_application as a using (claim_id)
),

files as (  -- of a name that came twice the one that was read
    select source_file, min_by(file_sha256, (status <> 'loaded', file_sha256)) as file_sha256
    from mart_source_file
    group by source_file
)

select
    asked.finding_id, a.application_no, a.clause_id, a.enterprise_name, a.submitted_on, a.accepted_on, a.approved_on, a.status,
    a.requested_yuan, a.approved_yuan, a.paid_yuan, a.match_basis, a.without_ground_reason, a.source_file, a.sheet, a.row_no, files.file_sha256
from applications as asked
inner join fct_application as a using (application_no)
left join files using (source_file)
