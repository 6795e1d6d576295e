-- One row per period: the month of flow.sql's newest row, the month before, the same month of last year, both years so far. City or one park.
select
    period.period_order::bigint as period_order, period.span, period.first_month, period.last_month,
    sum(flow.eligible_count)::bigint as eligible_count, sum(flow.submitted_count)::bigint as submitted_count,
    sum(flow.paid_count)::bigint as paid_count, sum(flow.paid_yuan)::decimal(18, 2) as paid_yuan
from (select max(month) as month from flow) as newest,
lateral (
    values
    (1, 'this_month', month, month),
    (2, 'month_before', (month - interval 1 month)::date, (month - interval 1 month)::date),
    (3, 'month_of_last_year', (month - interval 1 year)::date, (month - interval 1 year)::date),
    (4, 'this_year', date_trunc('year', month)::date, month),
    (5, 'last_year', date_trunc('year', month - interval 1 year)::date, (month - interval 1 year)::date)
) as period (period_order, span, first_month, last_month)
inner join flow on flow.month between period.first_month and period.last_month
group by all
order by period_order
