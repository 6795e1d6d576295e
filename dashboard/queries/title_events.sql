-- One row per grant or renewal of a title of a firm.
select
    v.event_id, v.enterprise_id, e.enterprise_name, v.event_title, v.scheme, v.list, v.level, v.series_kind, v.qualified_on, v.document,
    v.issuer, e.district_code, e.district_name, e.park_id, e.park_name
from dim_event as v
inner join dim_enterprise as e on v.enterprise_id = e.enterprise_id
where v.event_kind = 'recognition' and v.park_id is null
