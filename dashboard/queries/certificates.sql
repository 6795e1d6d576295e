-- One row per title or certificate on file of a firm, with where the firm is now; titles of parks are not among them.
select
    v.event_id, v.enterprise_id, f.enterprise_name, v.event_title, v.list, v.level, v.qualified_on, v.document as notice, v.issuer,
    f.district_code, f.district_name, f.park_id, f.park_name
from dim_event as v
inner join dim_enterprise as f
    on v.enterprise_id = f.enterprise_id
where v.event_kind = 'recognition' and v.park_id is null
