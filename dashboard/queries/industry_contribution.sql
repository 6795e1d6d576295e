-- One row per segment, district, park and size class in a period: what it added to the city's growth of software revenue.
select
    part.period, part.cut_kind, part.cut_id, part.cut_name, part.cut_order, month.value, part.delta_yuan, part.base_yuan,
    part.contribution_rate, part.total_growth_rate, part.growth_rate, part.matched_count, month.reported_count, part.contribution_rank,
    part.is_withheld, part.is_withheld_secondary, month.is_value_withheld
from mart_industry_contribution as part
left join mart_industry_month as month
    on part.period = month.period and part.cut_kind = month.cut_kind and part.cut_id = month.cut_id
    and month.measure_id = 'software_revenue'
where part.period = coalesce($period, (select max(period) from mart_industry_contribution))
