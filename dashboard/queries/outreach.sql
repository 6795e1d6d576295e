-- One row per claim that may be made and has not been, with the last word on whether its firm was called.
with contacts as (
    select entry ->> 'claim_id' as claim_id, (entry ->> 'contacted_on')::date as contacted_on,
        entry ->> 'contacted_by' as contacted_by, entry ->> 'contact_note' as contact_note
    from (select unnest($contacts::json::json[]) as entry)
)

select
    claim_id, enterprise_id, enterprise_name, clause_id, title_zh, event_title, park_id, park_name, district_code,
    district_name, qualified_on, days_since_qualified, net_ceiling_yuan, floor_yuan, superseded_reason, is_selective,
    credit_flags, contacted_on, contacted_by, contact_note, measure_no
from mart_outreach
left join contacts using (claim_id)
where policy_id = $policy and document = $document
