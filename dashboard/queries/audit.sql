-- One row per finding with its evidence side by side (what was paid, the bound, what failed, what else was awarded) and how it stands.
with said as (
    select entry ->> 'finding_id' as finding_id, entry ->> 'status' as status, entry ->> 'owner' as owner, entry ->> 'note' as note,
        entry ->> 'noted_by' as noted_by, (entry ->> 'noted_on')::date as noted_on
    from (select unnest($standings::json::json[]) as entry)
)

select
    f.policy_id, f.finding_id, f.kind, f.severity, f.found_on, f.clause_id, dim_clause.title_zh, f.claim_id, f.enterprise_id, f.enterprise_name,
    f.park_id, f.park_name, f.district_code, f.application_no, f.payment_nos, f.amount_yuan, f.limit_yuan, f.at_stake_yuan,
    f.evidence, f.outcome, f.outcome_reason, f.ceiling_yuan, f.floor_yuan, f.other_award_yuan, f.last_status, f.qualified_on,
    coalesce(said.status, 'open') as status, said.owner, said.note, said.noted_by, said.noted_on, dim_clause.measure_no
from mart_audit_finding as f
left join said using (finding_id)
left join dim_clause
    on
        f.clause_id = dim_clause.clause_id and f.policy_id = dim_clause.policy_id and dim_clause.is_current
        and (dim_clause.policy_id, dim_clause.document) in (select unnest($policies), unnest($documents))
where coalesce(f.policy_id in (select unnest($policies)), $with_none)
