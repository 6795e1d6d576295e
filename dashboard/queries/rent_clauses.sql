-- One row: how far the policy's clauses on rent years can be told of; no_clause where it has none.
select case when count(*) = 0 then 'no_clause' else min(count_status) end as rent_status
from dim_clause
where is_current and policy_id = $policy and document = $document and is_of_rent
