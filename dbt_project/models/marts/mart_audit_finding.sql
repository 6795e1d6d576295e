-- Findings are never in a rate; each is held against the bound it breaks.
with
findings as (select * from {{ ref('int_findings') }}),

claims as (select * from {{ ref('fct_claim') }}),

applications as (select * from {{ ref('fct_application') }}),

parks as (select * from {{ ref('dim_park') }})

select
    f.finding_id,
    f.kind,
    f.severity,
    coalesce(c.policy_id, a.policy_id) as policy_id,
    f.claim_id,
    f.application_no,
    coalesce(c.enterprise_id, a.enterprise_id) as enterprise_id,
    coalesce(c.enterprise_name, a.enterprise_name) as enterprise_name,
    coalesce(c.park_id, a.park_id) as park_id,
    p.park_name,
    c.district_code,
    coalesce(c.clause_id, a.clause_id) as clause_id,
    f.found_on,
    f.amount_yuan,
    f.limit_yuan,
    f.evidence,
    f.at_stake_yuan,
    f.payment_nos,
    c.qualified_on,
    c.outcome,
    case when c.outcome = 'not_eligible' then c.outcome_reason end as outcome_reason,
    c.ceiling_yuan,
    c.floor_yuan,
    {{ yuan('nullif(c.other_award_yuan, 0)') }} as other_award_yuan,
    c.last_status
from findings as f
left join claims as c on f.claim_id = c.claim_id
left join applications as a on f.application_no = a.application_no
left join parks as p on coalesce(c.park_id, a.park_id) = p.park_id
