-- One row per payment order behind the findings asked for, with the row it was read from.
with
asked as (
    select finding_id, unnest(string_split(payment_nos, '、')) as payment_no
    from mart_audit_finding
    where list_contains(string_split($findings, ','), finding_id)
),

files as (  -- of a name that came twice the one that was read
    select source_file, min_by(file_sha256, (status <> 'loaded', file_sha256)) as file_sha256
    from mart_source_file
    group by source_file
)

select
    asked.finding_id, p.payment_no, p.application_no, p.clause_id, p.paid_on, p.amount_yuan, p.payer_level, p.source_file, p.sheet, p.row_no,
    files.file_sha256
from (select distinct finding_id, payment_no from asked) as asked
inner join fct_payment as p using (payment_no)
left join files using (source_file)
