-- Each cut of the firms, each split by district and by park, and what came and went is the whole it is a part of.
with
demography as (select * from {{ ref('mart_firm_demography') }}),

ladder as (select * from {{ ref('mart_title_ladder') }}),

flows as (select * from {{ ref('mart_title_flow') }}),

wholes as (
    select
        *,
        district || ' ' || park || ' ' || period_kind || ' ' || period as place
    from demography
),

parts as (
    select
        'cut ' || cut as what, place,
        sum(new_count) as new_count, sum(registered_count) as registered_count, sum(stock_count) as stock_count
    from wholes
    group by cut, place
    union all
    select
        'districts', 'all ' || park || ' ' || period_kind || ' ' || period,
        sum(new_count), sum(registered_count), sum(stock_count)
    from wholes
    where district <> 'all' and cut = 'all'
    group by park, period_kind, period
    union all
    select
        'parks', district || ' all ' || period_kind || ' ' || period,
        sum(new_count), sum(registered_count), sum(stock_count)
    from wholes
    where park <> 'all' and cut = 'all'
    group by district, period_kind, period
)

select
    p.what,
    p.place
from parts as p
left join wholes as w on p.place = w.place and w.cut = 'all'
where
    p.new_count is distinct from w.new_count
    or p.registered_count is distinct from w.registered_count
    or p.stock_count is distinct from w.stock_count

union all

-- the years with the firms of no day make the data day; what stands is what stood, and came, and went
select
    'years' as what,
    district || ' ' || park || ' ' || cut || ' ' || part as place
from demography
where cut in ('all', 'software', 'capital')
group by district, park, cut, part
having
    sum(new_count) filter (where period_kind = 'year') is distinct from sum(new_count) filter (where period_kind = 'day')
    or sum(absent_count) filter (where period_kind = 'year') is distinct from sum(absent_count) filter (where period_kind = 'day')
    or sum(closed_count) filter (where period_kind = 'year') is distinct from sum(closed_count) filter (where period_kind = 'day')

union all

select
    'ladder' as what,
    l.district || ' ' || l.park || ' ' || l.stood_on || ' ' || l.rung as place
from ladder as l
left join (
    select district, park, to_on, to_rung, sum(firm_count) as firm_count from flows
    group by district, park, to_on, to_rung
) as f on l.district = f.district and l.park = f.park and l.stood_on = f.to_on and l.rung = f.to_rung
where
    l.stood_on > (select min(stood_on) from ladder) and l.firm_count <> coalesce(f.firm_count, 0)
