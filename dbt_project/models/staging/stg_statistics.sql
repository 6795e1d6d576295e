with
rows as (
    {{ keyed_rows('statistics') }}
)

select
    r.enterprise_id,
    cast(r.stat_year as bigint) as stat_year,
    r.software_revenue_yuan,
    r.revenue_yuan,
    r.rd_expense_yuan,
    r.staff_count,
    r.software_staff_count,
    r.feature_field,
    case when {{ is_year_known('r.stat_year', 'r.received_on') }} then r.is_on_software_list end as is_on_software_list,
    r.is_scale_service,
    r.stat_scope,
    r.product_revenue_yuan,
    r.it_service_revenue_yuan,
    r.security_revenue_yuan,
    r.embedded_revenue_yuan,
    r.profit_yuan,
    r.export_usd,
    r.wages_yuan,
    r.main_field,
    r.source_file,
    r.sheet,
    r.row_no,
    r.received_on
from rows as r
where r.row_status = 'in_force'
