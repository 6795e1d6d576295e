-- Told by two registers that name the district in one way: where one prints a code and the other an address, nobody can tell.
with
rows as (
    select
        *,
        row_number() over (
            order by
                enterprise_id nulls last, received_on nulls last, district_code nulls last, street nulls last, city nulls last,
                address nulls last
        ) as place_no
    from {{ source('identity', 'place') }}
    where received_on <= {{ as_of() }}
),

{{ placed('rows', 'place_no') }},

-- a day on which two files differ tells nothing
told as (
    select
        enterprise_id,
        place_basis,
        received_on,
        min(place_code) as place_code
    from placed
    where place_code is not null
    group by enterprise_id, place_basis, received_on
    having min(place_code) = max(place_code)
),

moved as (
    select
        *,
        lag(place_code) over by_firm as from_code,
        lag(received_on) over by_firm as told_before_on
    from told
    -- one row a day
    window by_firm as (partition by enterprise_id, place_basis order by received_on nulls last)
),

named as (
    select
        division_code,
        division_name
    from divisions
    union all
    select
        '市外',
        '市外'
),

-- a move that the street and the address both tell is one
single as (
    select
        *,
        -- one row a day and basis
        row_number() over (
            partition by enterprise_id, from_code, place_code order by received_on nulls last, place_basis nulls last
        ) as choice
    from moved
    where from_code <> place_code
)

select
    s.enterprise_id,
    e.enterprise_name,
    e.park_id,
    s.from_code as from_district_code,
    f.division_name as from_district_name,
    s.place_code as to_district_code,
    t.division_name as to_district_name,
    s.told_before_on,
    s.received_on as told_on,
    s.place_basis
from single as s
inner join {{ ref('dim_enterprise') }} as e on s.enterprise_id = e.enterprise_id
left join named as f on s.from_code = f.division_code
left join named as t on s.place_code = t.division_code
where s.choice = 1
