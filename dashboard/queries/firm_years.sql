-- One row per year of one firm in the yearly list, with its place among the firms of its field. Not for operators.
select
    stat_year, main_field, software_revenue_yuan, revenue_yuan, profit_yuan, rd_expense_yuan, staff_count, field_rank,
    field_firm_count, source_file, row_no
from fct_software_year
where enterprise_id = $firm
