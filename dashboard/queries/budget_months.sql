-- One row per month of a budget's year and measure, the policy as a whole without one: paid in it and since January.
select budget_year, measure_no, measure_title, month, budget_yuan, paid_yuan, paid_so_far_yuan, execution_rate
from mart_budget_month
where policy_id = $policy
