-- Firms, each once: a product list names a firm on several lines. Districts and parks are those of the data day.
with
spans as (
    select
        s.*,
        coalesce(e.district_code, 'none') as district,
        coalesce(e.park_id, 'none') as park
    from {{ ref('int_title_spans') }} as s
    inner join {{ ref('dim_enterprise') }} as e on s.enterprise_id = e.enterprise_id
),

days as (select * from {{ ref('int_year_ends') }}),

-- what befell a title: granted, renewed, cancelled, or run out by its printed day with nothing after it
befell as (
    select
        *,
        step as what,
        begins_on as happened_on
    from spans
    union all
    select
        *,
        'cancelled' as what,
        cancelled_on as happened_on
    from spans
    where cancelled_on is not null
    union all
    select
        b.*,
        'expired' as what,
        b.stands_until + 1 as happened_on
    from spans as b
    where
        b.stands_until < {{ as_of() }}
        and coalesce(b.stands_until < b.cancelled_on - 1, true)
        and not exists (
            select 1 from spans as n
            where
                n.enterprise_id = b.enterprise_id and n.list = b.list
                and n.level is not distinct from b.level and n.title_item = b.title_item
                and n.begins_on > b.begins_on and n.begins_on <= b.stands_until + 1
        )
),

changes as (
    select
        {{ cut_columns(['district', 'park']) }},
        year(happened_on) as year_no,
        list,
        level,
        grade_number,
        count(distinct enterprise_id) filter (where what = 'granted') as granted_count,
        count(distinct enterprise_id) filter (where what = 'renewed') as renewed_count,
        count(distinct enterprise_id) filter (where what = 'cancelled') as cancelled_count,
        count(distinct enterprise_id) filter (where what = 'expired') as expired_count
    from befell
    group by year(happened_on), list, level, grade_number, cube (district, park)
),

held as (
    select
        d.stood_on,
        s.enterprise_id,
        s.district,
        s.park,
        s.list,
        s.level,
        s.grade_number,
        not bool_or(coalesce(d.stood_on <= s.sure_until, true) and not s.is_shared) as is_open
    from days as d
    inner join spans as s on d.stood_on >= s.begins_on and coalesce(d.stood_on <= s.stands_until, true)
    group by d.stood_on, s.enterprise_id, s.district, s.park, s.list, s.level, s.grade_number
),

stock as (
    select
        {{ cut_columns(['district', 'park']) }},
        stood_on,
        list,
        level,
        grade_number,
        count(*) as standing_count,
        count(*) filter (where is_open) as open_count
    from held
    group by stood_on, list, level, grade_number, cube (district, park)
),

parts as (select distinct district, park, list, level, grade_number from changes),

titles as (
    select list, title from {{ source('reference', 'title') }}
    union all
    select 'listing', '上市'
)

select
    p.district,
    p.park,
    cast(year(d.stood_on) as bigint) as year_no,
    d.stood_on,
    p.list,
    t.title,
    p.level,
    cast(p.grade_number as bigint) as grade_number,
    coalesce(c.granted_count, 0) as granted_count,
    coalesce(c.renewed_count, 0) as renewed_count,
    coalesce(c.cancelled_count, 0) as cancelled_count,
    coalesce(c.expired_count, 0) as expired_count,
    coalesce(s.standing_count, 0) as standing_count,
    coalesce(s.open_count, 0) as open_count
from parts as p
cross join days as d
inner join titles as t on p.list = t.list
left join changes as c
    on p.district = c.district and p.park = c.park and year(d.stood_on) = c.year_no and p.list = c.list
    and p.level is not distinct from c.level and p.grade_number is not distinct from c.grade_number
left join stock as s
    on p.district = s.district and p.park = s.park and d.stood_on = s.stood_on and p.list = s.list
    and p.level is not distinct from s.level and p.grade_number is not distinct from s.grade_number
where coalesce(c.granted_count, c.renewed_count, c.cancelled_count, c.expired_count, s.standing_count) is not null
