-- One row per claim that may be made and has not been, with the last word on its firm: called or not, who calls it when, how it ended.
with contacts as (
    select entry ->> 'claim_id' as claim_id, entry ->> 'contact_state' as contact_state, (entry ->> 'contacted_on')::date as contacted_on,
        entry ->> 'contacted_by' as contacted_by, entry ->> 'contact_note' as contact_note, entry ->> 'contact_reason' as contact_reason,
        entry ->> 'assignee' as assignee, (entry ->> 'next_on')::date as next_on, (entry ->> 'is_due')::boolean as is_due
    from (select unnest($contacts::json::json[]) as entry)
)

select
    policy_id, claim_id, enterprise_id, enterprise_name, clause_id, title_zh, event_title, park_id, park_name, district_code,
    district_name, qualified_on, days_since_qualified, net_ceiling_yuan, floor_yuan, superseded_reason, is_selective,
    credit_flags, doubts, coalesce(contact_state, 'open') as contact_state, assignee, next_on, coalesce(is_due, false) as is_due,
    contact_reason, contacted_on, contacted_by, contact_note, measure_no
from mart_outreach
left join contacts using (claim_id)
where (policy_id, document) in (select unnest($policies), unnest($documents))
