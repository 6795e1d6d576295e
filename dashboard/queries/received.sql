-- One row: whether a file of applications ever came, and of payments. What never came is not told as nothing.
select distinct have_applications, have_payments
from mart_month_end
where (policy_id, document) in (select unnest($policies), unnest($documents))
