-- One row per period of one firm in the monthly file. Not for operators.
select
    period, stat_year, month_no, size_class, revenue_yuan, revenue_base_yuan, software_revenue_yuan, software_revenue_base_yuan,
    profit_yuan, rd_expense_yuan, wages_yuan, staff_count, staff_base_count, is_due, is_counted, is_entrant, doubt, source_file, row_no
from fct_software_month
where enterprise_id = $firm
