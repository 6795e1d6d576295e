-- Districts and parks are those of the data day.
with
ladder as (select * from {{ ref('int_ladder') }}),

rungs as (select distinct rung, rung_title, rung_rank from {{ source('reference', 'rung') }}),

steps as (
    select
        stood_on as to_on,
        lag(stood_on) over (order by stood_on nulls last) as from_on   -- one row a day
    from {{ ref('int_year_ends') }}
),

firms as (select * from {{ ref('dim_enterprise') }}),

moves as (
    select
        s.from_on,
        s.to_on,
        coalesce(e.district_code, 'none') as district,
        coalesce(e.park_id, 'none') as park,
        coalesce(b.rung, 'none') as from_rung,
        case
            when a.rung is not null then a.rung
            when coalesce(e.gone_on <= s.to_on, e.gone_how is not null and s.to_on = {{ as_of() }}) then 'gone'
            else 'none'
        end as to_rung,
        coalesce(b.is_open, false) or coalesce(a.is_open, false) as is_open
    from steps as s
    cross join (select distinct enterprise_id from ladder) as n
    inner join firms as e on n.enterprise_id = e.enterprise_id
    left join ladder as b on s.from_on = b.stood_on and n.enterprise_id = b.enterprise_id
    left join ladder as a on s.to_on = a.stood_on and n.enterprise_id = a.enterprise_id
    where s.from_on is not null and (b.rung is not null or a.rung is not null)
),

counted as (
    select
        {{ cut_columns(['district', 'park']) }},
        from_on,
        to_on,
        from_rung,
        to_rung,
        count(*) as firm_count,
        count(*) filter (where is_open) as open_count
    from moves
    group by from_on, to_on, from_rung, to_rung, cube (district, park)
)

select
    c.district,
    c.park,
    c.from_on,
    c.to_on,
    c.from_rung,
    b.rung_title as from_rung_title,
    cast(b.rung_rank as bigint) as from_rung_rank,
    c.to_rung,
    a.rung_title as to_rung_title,
    cast(a.rung_rank as bigint) as to_rung_rank,
    case
        when c.from_rung = c.to_rung then 'stayed'
        when c.from_rung = 'none' then 'entered'
        when c.to_rung = 'gone' then 'gone'
        when c.to_rung = 'none' then 'lost'
        when a.rung_rank < b.rung_rank then 'up'
        else 'down'
    end as direction,
    c.firm_count,
    c.open_count
from counted as c
left join rungs as b on c.from_rung = b.rung
left join rungs as a on c.to_rung = a.rung
