-- One row per tenant and rent year with a lower bound: support paid against it (D4).
select
    enterprise_id, enterprise_name, clause_id, qualified_year as year, outcome, floor_yuan,
    coalesce(paid_yuan, 0) as paid_yuan,
    greatest(floor_yuan - coalesce(paid_yuan, 0), 0) as gap_yuan,
    last_status
from fct_claim
where policy_id = $policy and document = $document and park_id = $park
    and floor_yuan is not null and outcome != 'not_eligible'
    and ($year::bigint is null or qualified_year = $year)
