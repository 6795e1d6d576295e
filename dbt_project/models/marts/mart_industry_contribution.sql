with
cells as (
    select * from {{ ref('mart_industry_month') }}
    where measure_id = 'software_revenue'
),

totals as (
    select period, matched_value - base_value as total_delta_yuan, base_value as total_base_yuan, growth_rate as total_growth_rate
    from cells
    where cut_kind = 'city'
)

select
    c.period,
    c.stat_year,
    c.month_no,
    c.cut_kind,
    c.cut_id,
    c.cut_name,
    c.cut_order,
    {{ yuan('c.matched_value - c.base_value') }} as delta_yuan,
    c.base_value as base_yuan,
    {{ yuan('t.total_delta_yuan') }} as total_delta_yuan,
    t.total_base_yuan,
    {{ rate('(c.matched_value - c.base_value)', 't.total_base_yuan') }} as contribution_rate,
    t.total_growth_rate,
    c.growth_rate,
    c.matched_count,
    cast(row_number() over (
        partition by c.period, c.cut_kind
        order by c.matched_value - c.base_value desc nulls last, c.cut_order asc nulls last, c.cut_id asc nulls last
    ) as bigint) as contribution_rank,
    c.is_withheld,
    c.is_withheld_secondary
from cells as c
inner join totals as t on c.period = t.period
where c.cut_kind <> 'city'
