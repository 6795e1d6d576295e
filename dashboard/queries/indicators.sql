-- One row per software-city or park indicator against its threshold.
select
    mart_indicator.indicator_id, mart_indicator.indicator_order, mart_indicator.scope, dim_park.park_name, mart_indicator.title,
    mart_indicator.stat_year, mart_indicator.value, mart_indicator.unit, mart_indicator.comparison,
    mart_indicator.threshold, mart_indicator.status, mart_indicator.change_rate, mart_indicator.change_points, mart_indicator.source,
    mart_indicator.is_unverified, mart_indicator.series_note, mart_indicator.is_withheld
from mart_indicator
left join dim_park using (park_id)
where mart_indicator.is_newest and case when $park_cut = 'all' then mart_indicator.scope = 'city' else mart_indicator.park_id = $park_cut end
