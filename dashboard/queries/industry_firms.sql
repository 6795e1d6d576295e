-- One row per firm of the monthly file in a period: its software revenue so far in the year beside last year's. Not for operators.
select
    month.enterprise_id, firm.enterprise_name, month.period, month.district_code, month.park_id, firm.district_name, firm.park_name,
    month.size_class, month.software_revenue_yuan, month.software_revenue_base_yuan,
    case when month.is_matched and month.is_counted
        then cast(month.software_revenue_yuan - month.software_revenue_base_yuan as decimal(18, 2)) end as delta_yuan,
    case when month.is_matched and month.is_counted
        then cast(month.software_revenue_yuan / month.software_revenue_base_yuan - 1 as double) end as growth_rate,
    month.is_due, month.is_counted, month.is_entrant, month.doubt, month.source_file, month.row_no
from fct_software_month as month
left join dim_enterprise as firm on month.enterprise_id = firm.enterprise_id
where month.period = coalesce($period, (select max(period) from fct_software_month))
