-- The firm's yearly statistics as an event sees them: a year of them its own and those before it, by the last word; any other
-- event the last year that had come by its day, as it was told then. Never a later one. Whether the last year is too old is
-- asked by each clause (D20.age of its policy).
{{ figures_seen(
    ref('int_event_years'), '统计', ['main_field', 'feature_field', 'stat_scope', 'is_on_software_list', 'is_scale_service'],
    ref('int_series_breaks')
) }}
