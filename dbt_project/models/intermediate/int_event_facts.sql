-- What the clauses may ask about each event. A column here is a fact of pipelines/policy/facts.py.
with recursive
events as (select * from {{ ref('int_events') }}),

enterprises as (select * from {{ ref('stg_enterprises') }}),

parks as (select * from {{ ref('stg_parks') }}),

divisions as (select * from {{ source('reference', 'division') }}),

park_lists as (
    select list from {{ source('reference', 'title') }}
    where held_by = 'park'
),

figures as (select * from {{ ref('int_event_figures') }}),

months as (select * from {{ ref('int_event_months') }}),

first_listings as (select * from {{ ref('int_first_listings') }}),

software_firms as (select * from {{ ref('int_software_firms') }}),

tenancies as (select * from {{ ref('stg_tenancies') }}),

holdings as (select * from {{ ref('int_title_holdings') }}),

-- a 集聚区 inside a park is that park, to any depth (D16); parks that name each other in a ring are one. Spark takes
-- 100 levels, and fails beyond: a level for each park inside another, of which two or three are known
around as (
    select
        park_id,
        park_id as outer_id,
        '|' || park_id || '|' as passed
    from parks

    union all

    select
        a.park_id,
        p.parent_park_id as outer_id,
        a.passed || p.parent_park_id || '|' as passed
    from around as a
    inner join parks as p on a.outer_id = p.park_id
    where p.parent_park_id is not null and not contains(a.passed, '|' || p.parent_park_id || '|')
),

whole_parks as (
    select
        a.park_id,
        coalesce(min(a.outer_id) filter (where p.parent_park_id is null), min(a.outer_id)) as whole_park_id
    from around as a
    left join parks as p on a.outer_id = p.park_id
    group by a.park_id
),

-- the park a firm sat in on the qualifying day; the later move-in where two run
seats as (
    select
        e.event_id,
        t.park_id,
        row_number() over (partition by e.event_id order by t.moved_in_on desc nulls last, t.park_id asc nulls last) as choice
    from events as e
    inner join tenancies as t
        on e.enterprise_id = t.enterprise_id
        and e.qualified_on >= t.moved_in_on
        and coalesce(e.qualified_on <= t.moved_out_on, true)
    where e.park_id is null
)

select
    e.event_id,
    e.event_kind,
    e.list,
    e.level,
    e.market,
    e.category,
    e.series,
    e.matter,
    case when l.list is not null then p.operator_id else e.enterprise_id end as enterprise_id,
    coalesce(e.park_id, s.park_id) as park_id,
    case when p.park_id is not null then r.whole_park_id else coalesce(e.park_id, s.park_id) end as whole_park_id,
    e.certificate_no,
    e.project_no,
    e.event_title,
    e.qualified_on,
    f.registered_on,
    f.settled_on,
    f.settled_words,
    -- a park's honour is judged by where the park lies
    coalesce(d.division_code, f.district_code) as district_code,
    coalesce(d.division_name, f.district_name) as district_name,
    w.software_answer,
    w.software_reason,
    w.listed_software_answer,
    w.listed_software_reason,
    w.industry_software_answer,
    w.industry_software_reason,
    e.list_title,
    e.first_answer,
    e.first_reason,
    e.renewal_answer,
    e.renewal_reason,
    e.named_firm_count,
    e.grade_number,
    e.field,
    e.role,
    e.exchange,
    e.exchange_answer,
    e.exchange_reason,
    e.settlement,
    e.paid_in_capital_yuan,
    e.paid_in_capital_note,
    e.contribution_award_yuan,
    e.direct_investment_yuan,
    e.actual_investment_yuan,
    e.has_own_ip,
    e.has_good_market,
    e.is_effective,
    e.is_not_monopoly,
    e.is_exceptional,
    e.is_review_passed,
    e.selection_rank,
    coalesce(e.event_year, year(e.qualified_on)) as event_year,
    e.rent_yuan,
    e.subsidy_yuan,
    e.rent_year_number,
    e.is_within_lease,
    e.recognised_on,
    e.cancelled_on,
    e.fee_yuan,
    f.registered_capital_yuan,
    f.registered_capital_note,
    e.matter_yuan,
    e.matter_quantity,
    e.matter_answers,
    e.counterparty,
    h.titles_held,
    h.titles_held_reason,
    q.first_listed_on,
    q.first_listed_answer,
    q.first_listed_reason,
    {{ all_but(['event_id', 'month_words'], of='m') }},
    coalesce(m.month_words, '资格日时没有收到本企业的月报') as month_words,
    {{ all_but(['event_id', 'figure_words'], of='g') }},
    g.figure_year - year(f.registered_on) as years_before,
    coalesce(g.figure_words, '资格日时没有收到本企业的统计') as figure_words
from events as e
left join enterprises as f on e.enterprise_id = f.enterprise_id
left join park_lists as l on e.list = l.list
left join parks as p on e.park_id = p.park_id and l.list is not null
left join whole_parks as r on p.park_id = r.park_id
left join divisions as d on p.district_name = d.division_name
left join software_firms as w on e.enterprise_id = w.enterprise_id and year(e.qualified_on) = w.year_no
left join holdings as h on e.event_id = h.event_id
left join seats as s on e.event_id = s.event_id and s.choice = 1
left join months as m on e.event_id = m.event_id
left join figures as g on e.event_id = g.event_id
left join first_listings as q on e.event_id = q.event_id
