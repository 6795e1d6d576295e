-- One row per kind of certificate the park's present tenants hold.
select dim_event.list, count(*) as event_count, count(distinct dim_event.enterprise_id) as enterprise_count
from dim_event
inner join dim_enterprise using (enterprise_id)
where dim_enterprise.park_id = $park and dim_event.event_kind = 'recognition'
group by all
