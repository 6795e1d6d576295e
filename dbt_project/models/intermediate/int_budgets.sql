-- What is set aside, by policy, year and measure and of the policy as a whole (measure_no null): as its file says, else the
-- sum of the measures that are given one. Every measure of the year stands here, also one of which no budget came.
with
measures as (
    select policy_id, measure_no, min(measure_title) as measure_title
    from {{ ref('int_primary_clauses') }}
    group by policy_id, measure_no
),

policies as (select distinct policy_id from measures),

said as (
    select
        b.policy_id,
        b.budget_year,
        b.measure_no,
        sum(b.budget_yuan) as first_yuan,
        sum(b.adjusted_yuan) as adjusted_yuan,
        max(b.decided_on) as decided_on
    from {{ ref('stg_budgets') }} as b
    inner join policies as p on b.policy_id = p.policy_id
    left join measures as m on b.policy_id = m.policy_id and b.measure_no = m.measure_no
    where b.measure_no is null or m.measure_no is not null
    group by b.policy_id, b.budget_year, b.measure_no
),

years as (
    select policy_id, budget_year from said
    union
    select policy_id, cast(year({{ as_of() }}) as bigint) as budget_year from policies
),

summed as (
    select
        policy_id,
        budget_year,
        -- one measure of which only changes are known leaves the whole unknown
        case when count(first_yuan) = count(*) then sum(first_yuan) end as first_yuan,
        sum(adjusted_yuan) as adjusted_yuan,
        max(decided_on) as decided_on
    from said
    where measure_no is not null
    group by policy_id, budget_year
)

select
    y.policy_id,
    y.budget_year,
    m.measure_no,
    m.measure_title,
    case when s.policy_id is not null then 'stated' end as budget_basis,
    s.first_yuan,
    s.adjusted_yuan,
    s.first_yuan + coalesce(s.adjusted_yuan, 0) as budget_yuan,
    s.decided_on
from years as y
inner join measures as m on y.policy_id = m.policy_id
left join said as s on y.policy_id = s.policy_id and y.budget_year = s.budget_year and m.measure_no = s.measure_no

union all

select
    y.policy_id,
    y.budget_year,
    cast(null as bigint) as measure_no,
    cast(null as string) as measure_title,
    case when s.policy_id is not null then 'stated' when a.policy_id is not null then 'summed' end as budget_basis,
    case when s.policy_id is not null then s.first_yuan else a.first_yuan end as first_yuan,
    case when s.policy_id is not null then s.adjusted_yuan else a.adjusted_yuan end as adjusted_yuan,
    case
        when s.policy_id is not null then s.first_yuan + coalesce(s.adjusted_yuan, 0)
        else a.first_yuan + coalesce(a.adjusted_yuan, 0)
    end as budget_yuan,
    case when s.policy_id is not null then s.decided_on else a.decided_on end as decided_on
from years as y
left join said as s on y.policy_id = s.policy_id and y.budget_year = s.budget_year and s.measure_no is null
left join summed as a on y.policy_id = a.policy_id and y.budget_year = a.budget_year
