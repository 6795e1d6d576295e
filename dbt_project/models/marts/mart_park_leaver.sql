-- All leases of a firm in a park have ended; or one runs and the register has moved the firm out of the park's district.
with
leases as (
    select
        park_id,
        enterprise_id,
        -- one row a moving-in
        {{ of_last('enterprise_name', ['moved_in_on']) }} as enterprise_name,
        min(moved_in_on) as moved_in_on,
        max(moved_out_on) as moved_out_on,
        count(*) = count(moved_out_on) and max(moved_out_on) <= {{ as_of() }} as is_ended
    from {{ ref('fct_tenancy') }}
    group by park_id, enterprise_id
),

moves as (
    select
        enterprise_id,
        max(told_on) as told_on,
        {{ of_last('to_district_code', ['told_on', 'to_district_code']) }} as to_district_code
    from {{ ref('mart_firm_move') }}
    group by enterprise_id
),

firms as (select * from {{ ref('dim_enterprise') }}),

parks as (select * from {{ ref('dim_park') }})

select
    l.park_id,
    l.enterprise_id,
    coalesce(e.enterprise_name, l.enterprise_name) as enterprise_name,
    case when l.is_ended then 'lease_ended' else 'registered_elsewhere' end as leaving,
    l.moved_in_on,
    case when l.is_ended then l.moved_out_on end as moved_out_on,
    m.told_on as moved_told_on,
    case when l.is_ended then e.park_id end as park_id_now,
    case when l.is_ended then e.park_name end as park_name_now,
    e.district_name as district_name_now,
    e.gone_how
from leases as l
inner join parks as p on l.park_id = p.park_id
left join firms as e on l.enterprise_id = e.enterprise_id
left join moves as m on l.enterprise_id = m.enterprise_id
where l.is_ended or m.to_district_code <> p.district_code
