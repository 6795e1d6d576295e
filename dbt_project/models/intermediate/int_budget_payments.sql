-- What left the purse, by the measure of its clause and the year it was paid in, whoever may claim and on whatever ground: an
-- order without ground is spent all the same. Rents that parks report have no order and are none of it. Where no total is
-- stated, what was paid under a measure without a budget is not of the budget that the others add up to.
with
paid as (
    select
        p.policy_id,
        cast(year(p.paid_on) as bigint) as budget_year,
        c.measure_no,
        cast(date_trunc('month', p.paid_on) as date) as month,
        p.amount_yuan,
        p.payer_level
    from {{ ref('fct_payment') }} as p
    inner join {{ ref('int_primary_clauses') }} as c on p.policy_id = c.policy_id and p.clause_id = c.clause_id
)

select
    p.policy_id,
    p.budget_year,
    p.measure_no,
    p.month,
    p.amount_yuan,
    p.payer_level,
    coalesce(b.budget_basis, case when t.budget_basis = 'stated' then t.budget_basis end) is not null as is_within_budget
from paid as p
left join {{ ref('int_budgets') }} as b
    on p.policy_id = b.policy_id and p.budget_year = b.budget_year and p.measure_no = b.measure_no
left join {{ ref('int_budgets') }} as t on p.policy_id = t.policy_id and p.budget_year = t.budget_year and t.measure_no is null
