with
rows as (
    {{ keyed_rows('declarations') }}
)

select
    r.enterprise_id,
    r.enterprise_name,
    r.application_no,
    cast(r.stat_year as bigint) as stat_year,
    r.software_revenue_yuan,
    r.revenue_yuan,
    r.rd_expense_yuan,
    r.product_revenue_yuan,
    r.it_service_revenue_yuan,
    r.security_revenue_yuan,
    r.embedded_revenue_yuan,
    r.profit_yuan,
    r.wages_yuan,
    r.staff_count,
    r.software_staff_count,
    r.export_usd,
    r.main_field,
    r.feature_field,
    r.is_scale_service,
    r.source_file,
    r.sheet,
    r.row_no,
    r.received_on
from rows as r
where r.row_status = 'in_force'
