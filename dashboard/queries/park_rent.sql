-- One row per tenant and rent year with a lower bound: support paid against it (D4).
select
    enterprise_id, enterprise_name, clause_id, qualified_year as year, outcome, floor_yuan,
    paid_yuan, floor_gap_yuan as gap_yuan, is_below_floor, last_status
from fct_claim
where policy_id = $policy and document = $document and park_id = $park
    and floor_yuan is not null and outcome != 'not_eligible'
