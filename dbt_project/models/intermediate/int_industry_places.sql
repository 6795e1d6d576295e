-- Firms and the periods of the monthly form they reported or were due in: where each was on the last day of the period.
-- Due is who was on 软件统计名录 of the year before, or of the year itself where none came before it.
with
reports as (
    select enterprise_id, period
    from {{ ref('stg_software_monthly') }}
    where enterprise_id is not null and period_end_on <= {{ as_of() }}
),

periods as (
    select
        period,
        cast(substr(period, 1, 4) as bigint) as stat_year,
        {{ end_of_month("cast(period || '-01' as date)") }} as period_end_on,
        row_number() over (order by period nulls last) as period_no
    from (select distinct period from reports) as told
),

enterprises as (select * from {{ ref('dim_enterprise') }}),

lists as (
    select enterprise_id, stat_year from {{ ref('stg_statistics') }}
    where is_on_software_list
),

list_years as (
    select p.period, coalesce(max(l.stat_year) filter (where l.stat_year < p.stat_year), max(l.stat_year)) as list_year
    from periods as p
    inner join (select distinct stat_year from lists) as l on p.stat_year >= l.stat_year
    group by p.period
),

due as (
    select l.enterprise_id, y.period
    from list_years as y
    inner join lists as l on y.list_year = l.stat_year
),

named as (
    select
        enterprise_id,
        period,
        bool_or(is_due) as is_due,
        bool_or(is_reported) as is_reported
    from (
        select enterprise_id, period, true as is_due, false as is_reported from due
        union all
        select enterprise_id, period, false as is_due, true as is_reported from reports
    ) as said
    group by enterprise_id, period
),

seats as (
    select
        n.enterprise_id,
        n.period,
        t.park_id,
        row_number() over (
            partition by n.enterprise_id, n.period
            order by t.moved_in_on desc nulls last, t.park_id asc nulls last
        ) as choice
    from named as n
    inner join periods as p on n.period = p.period
    inner join {{ ref('fct_tenancy') }} as t
        on n.enterprise_id = t.enterprise_id
        and p.period_end_on >= t.moved_in_on and coalesce(p.period_end_on < t.moved_out_on, true)
),

-- where a firm was before the first move that registers tell of after the period
before_moves as (
    select
        n.enterprise_id,
        n.period,
        m.from_district_code,
        row_number() over (
            partition by n.enterprise_id, n.period
            order by m.told_on asc nulls last, m.place_basis asc nulls last, m.from_district_code asc nulls last
        ) as choice
    from named as n
    inner join periods as p on n.period = p.period
    inner join {{ ref('mart_firm_move') }} as m on n.enterprise_id = m.enterprise_id and p.period_end_on < m.told_on
)

select
    n.enterprise_id,
    n.period,
    p.period_no,
    p.stat_year,
    p.period_end_on,
    coalesce(b.from_district_code, e.district_code) as district_code,
    s.park_id,
    n.is_reported,
    -- who had left the register owes nothing
    n.is_due and coalesce(e.gone_on > p.period_end_on, true) as is_due
from named as n
inner join periods as p on n.period = p.period
inner join enterprises as e on n.enterprise_id = e.enterprise_id
left join seats as s on n.enterprise_id = s.enterprise_id and n.period = s.period and s.choice = 1
left join before_moves as b on n.enterprise_id = b.enterprise_id and n.period = b.period and b.choice = 1
