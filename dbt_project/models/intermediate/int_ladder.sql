-- The highest rung of the ladder a firm stands on at each year's end and on the data day; who is off the register is on none.
with
spans as (
    select * from {{ ref('int_title_spans') }}
    where rung is not null
),

firms as (select * from {{ ref('stg_enterprises') }}),

held as (
    select
        d.stood_on,
        s.enterprise_id,
        s.rung,
        s.rung_title,
        s.rung_rank,
        not bool_or(coalesce(d.stood_on <= s.sure_until, true) and not s.is_shared) as is_open
    from {{ ref('int_year_ends') }} as d
    inner join spans as s on d.stood_on >= s.begins_on and coalesce(d.stood_on <= s.stands_until, true)
    group by d.stood_on, s.enterprise_id, s.rung, s.rung_title, s.rung_rank
),

ranked as (
    select
        h.*,
        row_number() over (partition by h.stood_on, h.enterprise_id order by h.rung_rank nulls last) as place
    from held as h
    inner join firms as f on h.enterprise_id = f.enterprise_id
    -- closed without a day: it was there at earlier ends as far as is known
    where f.gone_how is null or coalesce(h.stood_on < f.gone_on, h.stood_on < {{ as_of() }})
)

select
    stood_on,
    enterprise_id,
    rung,
    rung_title,
    cast(rung_rank as bigint) as rung_rank,
    is_open
from ranked
where place = 1
