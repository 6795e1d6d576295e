-- The months of a budget's year up to the day the build stands on: what was paid in each and since January.
with
months as (
    select
        b.policy_id,
        b.budget_year,
        b.measure_no,
        b.measure_title,
        b.budget_yuan,
        make_date(cast(b.budget_year as integer), m.month_no, 1) as month
    from {{ ref('int_budgets') }} as b
    cross join (values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)) as m (month_no)
),

paid as (
    select
        policy_id,
        budget_year,
        month,
        measure_no,
        sum(amount_yuan) as paid_yuan,
        sum(case when is_within_budget then amount_yuan else 0 end) as paid_within_yuan
    from {{ ref('int_budget_payments') }}
    group by grouping sets ((policy_id, budget_year, month, measure_no), (policy_id, budget_year, month))
),

beside as (
    select
        m.*,
        case when w.have_payments then coalesce(p.paid_yuan, 0) end as paid_yuan,
        case when w.have_payments then coalesce(p.paid_within_yuan, 0) end as paid_within_yuan
    from months as m
    cross join {{ ref('int_arrived') }} as w
    left join paid as p on m.policy_id = p.policy_id and m.month = p.month and m.measure_no is not distinct from p.measure_no
    where m.month <= {{ as_of() }}
),

so_far as (
    select
        *,
        sum(paid_yuan) over so_far as paid_so_far_yuan,
        sum(paid_within_yuan) over so_far as within_so_far_yuan
    from beside
    window so_far as (partition by policy_id, budget_year, measure_no order by month nulls last)
)

select
    policy_id,
    budget_year,
    measure_no,
    measure_title,
    month,
    {{ yuan('budget_yuan') }} as budget_yuan,
    {{ yuan('paid_yuan') }} as paid_yuan,
    {{ yuan('paid_so_far_yuan') }} as paid_so_far_yuan,
    {{ rate('within_so_far_yuan', 'budget_yuan') }} as execution_rate
from so_far
