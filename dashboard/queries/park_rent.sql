-- One row per tenant and rent year with a lower bound: support paid against it (D4).
select
    enterprise_id, enterprise_name, clause_id, qualified_year as year, outcome, floor_yuan,
    paid_yuan,
    -- what a park reported may be a part of it: how much is lacking is known when payments came
    case when (select bool_and(have_payments) from mart_month_end where policy_id = $policy and document = $document)
        then greatest(floor_yuan - paid_yuan, 0) end as gap_yuan,
    last_status
from fct_claim
where policy_id = $policy and document = $document and park_id = $park
    and floor_yuan is not null and outcome != 'not_eligible'
    and ($year::bigint is null or qualified_year = $year)
