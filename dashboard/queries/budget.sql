-- One row per budget year and measure, the policy as a whole without a measure: what is set aside, paid, and still falls on it.
-- Parts of awards paid in instalments that are claimed and not paid in full stand beside the year of the day alone.
with
parts as (
    select
        measure_no,
        sum(amount_yuan - coalesce(paid_yuan, 0)) filter (where year(due_on) <= year($as_of::date)) as due_yuan,
        sum(amount_yuan - coalesce(paid_yuan, 0)) filter (where year(due_on) > year($as_of::date)) as later_yuan,
        sum(amount_yuan - coalesce(paid_yuan, 0)) filter (where due_on is null) as undated_yuan
    from fct_instalment
    where policy_id = $policy and document = $document and state in ('late', 'not_due', 'undetermined', 'unstated')
    group by grouping sets ((measure_no), ())
)

select
    budget_year, b.measure_no, measure_title, budget_basis, first_yuan, adjusted_yuan, budget_yuan, decided_on, paid_yuan, paid_by_districts_yuan,
    paid_within_yuan, execution_rate, left_yuan, approved_unpaid_yuan, approved_unstated_count, applied_yuan, applied_count, applied_unstated_count,
    due_yuan::decimal(18, 2) as instalments_due_yuan, later_yuan::decimal(18, 2) as instalments_later_yuan,
    undated_yuan::decimal(18, 2) as instalments_undated_yuan, claimable_yuan, claimable_count, claimable_unstated_count, is_over, pace_status, pace_day_count, pace_a_day_yuan, runs_out_on,
    -- the whole stands below its parts
    coalesce(b.measure_no, 1000) as budget_order
from mart_budget as b
left join parts as p on b.measure_no is not distinct from p.measure_no and b.budget_year = year($as_of::date)
where policy_id = $policy
