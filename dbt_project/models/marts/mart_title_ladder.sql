-- Districts and parks are those of the data day.
with
firms as (
    select
        l.stood_on,
        l.rung,
        l.is_open,
        coalesce(e.district_code, 'none') as district,
        coalesce(e.park_id, 'none') as park
    from {{ ref('int_ladder') }} as l
    inner join {{ ref('dim_enterprise') }} as e on l.enterprise_id = e.enterprise_id
),

-- a rung whose lists never came holds nobody that is known of
rungs as (
    select distinct
        r.rung,
        r.rung_title,
        r.rung_rank,
        case when r.list is null then w.have_listings else w.have_recognitions end as is_known
    from {{ source('reference', 'rung') }} as r
    cross join {{ ref('int_arrived') }} as w
),

counted as (
    select
        {{ cut_columns(['district', 'park']) }},
        stood_on,
        rung,
        count(*) as firm_count,
        count(*) filter (where is_open) as open_count
    from firms
    group by stood_on, rung, cube (district, park)
),

places as (
    select distinct district, park from counted
    union
    select 'all', 'all'
)

select
    p.district,
    p.park,
    d.stood_on,
    d.stood_on = {{ as_of() }} as is_data_day,
    r.rung,
    r.rung_title,
    cast(r.rung_rank as bigint) as rung_rank,
    case when r.is_known then coalesce(c.firm_count, 0) end as firm_count,
    case when r.is_known then coalesce(c.open_count, 0) end as open_count
from places as p
cross join {{ ref('int_year_ends') }} as d
cross join rungs as r
left join counted as c on p.district = c.district and p.park = c.park and d.stood_on = c.stood_on and r.rung = c.rung
