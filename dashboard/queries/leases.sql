-- One row per tenancy that runs on the as-of day.
select
    t.park_id || ' ' || t.enterprise_id || ' ' || t.moved_in_on as lease_id, t.park_id, dim_park.park_name, dim_park.district_code, dim_park.district_name,
    t.enterprise_id, f.enterprise_name, t.moved_in_on, t.moved_out_on, t.area_m2
from fct_tenancy as t
left join dim_park
    on t.park_id = dim_park.park_id
left join dim_enterprise as f
    on t.enterprise_id = f.enterprise_id
where coalesce(t.moved_out_on > $as_of::date, true)
