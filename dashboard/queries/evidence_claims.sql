-- One row per finding asked for and claim behind it: its own, and those whose payments share a bound with it.
select f.finding_id, f.claim_id
from mart_audit_finding as f
where list_contains(string_split($findings, ','), f.finding_id) and f.claim_id is not null
union
select f.finding_id, p.claim_id
from mart_audit_finding as f
inner join fct_payment as p on list_contains(string_split(f.payment_nos, '、'), p.payment_no)
where list_contains(string_split($findings, ','), f.finding_id) and p.claim_id is not null
