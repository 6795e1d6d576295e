-- Titles of the park's present tenants, not of the park itself.
select
    e.park_id,
    v.list,
    count(*) as event_count,
    count(distinct v.enterprise_id) as enterprise_count
from {{ ref('dim_event') }} as v
inner join {{ ref('dim_enterprise') }} as e on v.enterprise_id = e.enterprise_id
where e.park_id is not null and v.park_id is null and v.event_kind = 'recognition'
group by e.park_id, v.list
