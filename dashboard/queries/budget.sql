-- One row per budget year and measure, the policy as a whole without a measure: what is set aside, paid, and still falls on it.
select
    budget_year, measure_no, measure_title, budget_basis, first_yuan, adjusted_yuan, budget_yuan, decided_on, paid_yuan, paid_by_districts_yuan,
    paid_within_yuan, execution_rate, left_yuan, approved_unpaid_yuan, approved_unstated_count, applied_yuan, applied_count, applied_unstated_count,
    claimable_yuan, claimable_count, claimable_unstated_count, is_over, pace_status, pace_day_count, pace_a_day_yuan, runs_out_on,
    -- the whole stands below its parts
    coalesce(measure_no, 1000) as budget_order
from mart_budget
where policy_id = $policy
