-- What is hidden of a kind of cut is the whole less the cells shown: that rest, made of the firms themselves, must be of three
-- firms at least and none may hold over 85 % of it, unless the whole itself is hidden or shows no more.
with
parts as (
    select * from {{ ref('int_industry_month_parts') }}
    where is_matched and is_seen and (paired_value <> 0 or base_value <> 0)
),

cells as (
    select *, is_withheld or is_withheld_secondary as is_hidden from {{ ref('mart_industry_month') }}
),

hidden_firms as (
    select
        c.period, c.cut_kind, c.measure_id, p.enterprise_id,
        abs(sum(p.paired_value)) as value,
        abs(sum(p.base_value)) as base_value
    from parts as p
    inner join cells as c
        on p.period = c.period and p.cut_kind = c.cut_kind and p.cut_id = c.cut_id and p.measure_id = c.measure_id
    where c.is_hidden
    group by c.period, c.cut_kind, c.measure_id, p.enterprise_id
),

rests as (
    select
        period, cut_kind, measure_id,
        count(*) as firm_count,
        max(value) > sum(value) * 0.85 or max(base_value) > sum(base_value) * 0.85 as is_of_one
    from hidden_firms
    group by period, cut_kind, measure_id
)

select r.period, r.cut_kind, r.measure_id, r.firm_count
from rests as r
inner join cells as w on r.period = w.period and r.measure_id = w.measure_id and w.cut_kind = 'city'
where
    r.cut_kind <> 'city' and (r.firm_count < 3 or r.is_of_one) and not w.is_withheld
    -- where every cell is hidden, the rest is the whole, which is shown
    and exists (
        select 1 from cells as c
        where
            r.period = c.period and r.cut_kind = c.cut_kind and r.measure_id = c.measure_id
            and not c.is_hidden and c.matched_count > 0
    )
