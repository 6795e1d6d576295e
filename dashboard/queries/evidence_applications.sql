-- One row per application behind the findings asked for, with the row it was read from.
select
    asked.finding_id, a.application_no, a.clause_id, a.enterprise_name, a.submitted_on, a.accepted_on, a.approved_on, a.status,
    a.requested_yuan, a.approved_yuan, a.paid_yuan, a.match_basis, a.without_ground_reason, a.source_file, a.sheet, a.row_no, files.file_sha256
from (
    select finding_id, application_no
    from mart_audit_finding
    where list_contains(string_split($findings, ','), finding_id)
    union
    select finding_id, application_no
    from evidence_claims
    inner join fct_application using (claim_id)
) as asked
inner join fct_application as a using (application_no)
left join (  -- of a name that came twice the file that was read
    select source_file, min_by(file_sha256, (status <> 'loaded', file_sha256)) as file_sha256
    from mart_source_file
    group by source_file
) as files using (source_file)
