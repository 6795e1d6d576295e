-- What became of the raw rows of each file: not yet seen, not formal, replaced by a later arrival, said twice in one
-- file, or the newest of its key. The days and the order of arrival are those of staging; the two are held against
-- each other in mart_reconciliation.
{%- for name in reconciled_sources() %}
{{ rows_read(name) }}
{{ 'union all' if not loop.last }}
{% endfor %}
