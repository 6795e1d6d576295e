-- What left the purse, by the measure of its clause and the year it was paid in, whoever may claim and on whatever ground: an
-- order without ground is spent all the same. Rents that parks report have no order and are none of it.
select
    p.policy_id,
    cast(year(p.paid_on) as bigint) as budget_year,
    c.measure_no,
    cast(date_trunc('month', p.paid_on) as date) as month,
    p.amount_yuan,
    p.payer_level
from {{ ref('fct_payment') }} as p
inner join {{ ref('int_primary_clauses') }} as c on p.policy_id = c.policy_id and p.clause_id = c.clause_id
