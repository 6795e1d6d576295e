with
rows as (
    {{ keyed_rows('budgets') }}
)

select
    r.policy_id,
    cast(r.budget_year as bigint) as budget_year,
    cast(r.measure_no as bigint) as measure_no,
    r.budget_yuan,
    r.adjusted_yuan,
    r.decided_on,
    r.source_file,
    r.row_no,
    r.received_on
from rows as r
where r.row_status = 'in_force'
