with
tenancies as (select * from {{ ref('stg_tenancies') }})

select
    park_id,
    enterprise_id,
    moved_in_on,
    -- a lease is reported once a rent year; it has ended when every report of it says so
    case when count(*) = count(moved_out_on) then max(moved_out_on) end as moved_out_on,
    max(area_m2) as area_m2
from tenancies
where enterprise_id is not null and moved_in_on <= {{ as_of() }}
group by park_id, enterprise_id, moved_in_on
