with
rows as (
    {{ keyed_rows('projects') }}
)

select
    r.project_no,
    r.project_name,
    r.enterprise_id,
    r.enterprise_name,
    r.category,
    r.field,
    r.role,
    r.approved_on,
    r.investment_completed_on,
    r.direct_investment_yuan,
    r.actual_investment_yuan,
    r.has_own_ip,
    r.has_good_market,
    r.is_effective,
    r.is_not_monopoly,
    r.is_exceptional,
    r.is_review_passed,
    r.source_file,
    r.sheet,
    r.row_no,
    r.received_on
from rows as r
where r.row_status = 'in_force'
