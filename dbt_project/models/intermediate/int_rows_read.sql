-- What became of the raw rows of each file: not yet seen, not formal, replaced by a later arrival, said twice in one
-- file, or the newest of its key. The days and the order of arrival are those of staging; the two are held against
-- each other in mart_reconciliation.
{%- set days = {
    'applications': 'submitted_on', 'payments': 'paid_on', 'credit_flags': 'listed_on', 'other_awards': 'paid_on',
    'recognitions': 'published_on', 'aliases': 'effective_on'
} %}
{%- set states = ['applications', 'parks', 'registrations'] %}
{%- set keys = contract_keys() %}
{%- for name in reconciled_sources() %}
{{ 'union all' if not loop.first }}
select
    '{{ name }}' as source,
    source_file,
    count(*) as rows_in_raw,
    count(*) filter (where is_after_as_of) as rows_after_as_of,
    count(*) filter (where not is_after_as_of and is_not_formal) as rows_not_formal,
    count(*) filter (where is_counted and age > 1 and newest_file <> source_file) as rows_superseded,
    count(*) filter (where is_counted and age > 1 and newest_file = source_file) as rows_same_key,
    count(*) filter (where is_counted and age = 1) as rows_newest
from (
    select
        *,
        max(case when is_counted and age = 1 then source_file end) over (
            partition by is_counted, {{ keys[name] }}
        ) as newest_file
    from (
        select *, row_number() over (
            partition by is_counted, {{ keys[name] }} order by {{ newest_order(name in states) }}
        ) as age
        from (
            select
                *,
                {% if name in days -%} coalesce({{ days[name] }} > {{ as_of() }}, false) {%- else -%} false {%- endif %}
                    as is_after_as_of,
                {% if name == 'recognitions' -%} stage <> '公布' {%- else -%} false {%- endif %} as is_not_formal,
                not is_after_as_of and not is_not_formal as is_counted
            from {{ source('raw', name) }}
            {% if name == 'recognitions' %}where coalesce(firm_no, 1) = 1   -- a line, whatever firms it names{% endif %}
        ) as marked
    ) as aged
) as settled
group by source_file
{%- endfor %}
