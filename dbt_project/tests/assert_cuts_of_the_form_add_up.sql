-- Every kind of cut, and the segments of every place, are the whole they divide, to the fen; contributions the growth.
with
months as (
    select 'month ' || period as what, measure_id, cut_kind, value, matched_value, base_value
    from {{ ref('mart_industry_month') }}
    union all
    select 'year ' || stat_year as what, measure_id, cut_kind, value, matched_value, base_value
    from {{ ref('mart_industry_year') }}
),

wholes as (
    select * from months
    where cut_kind = 'city'
),

parts as (
    select what, measure_id, cut_kind, sum(value) as value, sum(matched_value) as matched_value, sum(base_value) as base_value
    from months
    where cut_kind <> 'city'
    group by what, measure_id, cut_kind
),

places as (
    select period, place_kind, place_id, sum(value_yuan) as value_yuan, max(whole_yuan) as whole_yuan
    from {{ ref('mart_industry_structure') }}
    where part_kind = 'segment'
    group by period, place_kind, place_id
),

contributions as (
    select period, cut_kind, sum(delta_yuan) as delta_yuan, max(total_delta_yuan) as total_delta_yuan
    from {{ ref('mart_industry_contribution') }}
    group by period, cut_kind
)

select p.what, p.measure_id, p.cut_kind, p.value as found, w.value as expected
from parts as p
inner join wholes as w on p.what = w.what and p.measure_id = w.measure_id
where p.value <> w.value or p.matched_value <> w.matched_value or p.base_value <> w.base_value
union all
select s.period, s.place_kind, s.place_id, s.value_yuan, m.value
from places as s
inner join {{ ref('mart_industry_month') }} as m
    on s.period = m.period and s.place_kind = m.cut_kind and s.place_id = m.cut_id and m.measure_id = 'software_revenue'
where s.value_yuan <> m.value
union all
select period, 'contribution', cut_kind, delta_yuan, total_delta_yuan from contributions
where delta_yuan <> total_delta_yuan
