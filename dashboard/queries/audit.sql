-- One row per finding with its evidence side by side: what was paid, the bound, what failed, what else was awarded. Asked whole.
select
    f.finding_id, f.kind, f.severity, f.found_on, f.clause_id, dim_clause.title_zh, f.enterprise_id, f.enterprise_name,
    f.park_id, dim_park.park_name, f.district_code, f.application_no, f.amount_yuan, f.limit_yuan, f.at_stake_yuan,
    f.evidence, c.outcome, case when c.outcome = 'not_eligible' then c.outcome_reason end as outcome_reason,
    c.ceiling_yuan, c.floor_yuan, nullif(c.other_award_yuan, 0) as other_award_yuan, c.last_status, c.qualified_on
from mart_audit_finding as f
left join fct_claim as c on f.claim_id = c.claim_id
left join dim_park on f.park_id = dim_park.park_id
left join dim_clause
    on f.clause_id = dim_clause.clause_id and dim_clause.policy_id = $policy and dim_clause.document = $document
where ($finding::varchar is null or f.kind = $finding)
    and ($district::varchar is null or f.district_code = $district)
    and ($park::varchar is null or f.park_id = $park)
    and ($clause::varchar is null or f.clause_id = $clause)
    and ($measure::bigint is null or dim_clause.measure_no = $measure)
    and ($year::bigint is null or year(f.found_on) = $year)
