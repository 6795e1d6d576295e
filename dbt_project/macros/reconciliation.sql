{# Sources whose rows are followed from the file to the claim. #}
{% macro reconciled_sources() %}
    {{ return([
        'registrations', 'parks', 'tenancies', 'recognitions', 'listings', 'projects', 'headquarters', 'spinoffs',
        'applications', 'payments', 'other_awards', 'statistics', 'credit_flags', 'aliases'
    ]) }}
{% endmacro %}

{# Key columns of each source as its contract names them. A renamed firm keeps its code: the register goes by it. #}
{% macro contract_keys() %}
    {%- set keys = {} -%}
    {%- for name in reconciled_sources() -%}{%- do keys.update({name: 'source_file'}) -%}{%- endfor -%}
    {%- if execute -%}
        {%- for row in run_query("select source, key_columns from " ~ source('arrivals', 'source')) -%}
            {%- do keys.update({row[0]: row[1]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- do keys.update({
        'registrations': "coalesce(enterprise_code, enterprise_name_key || coalesce(cast(registered_on as string), ''))"
    }) -%}
    {{ return(keys) }}
{% endmacro %}

{# What became of the raw rows of each file of a source; the days and the order of arrival are those of staging. #}
{% macro rows_read(name) %}
{%- set days = {
    'applications': 'submitted_on', 'payments': 'paid_on', 'credit_flags': 'listed_on', 'other_awards': 'paid_on',
    'recognitions': 'published_on', 'aliases': 'effective_on'
} %}
{%- set states = ['applications', 'parks', 'registrations'] %}
{%- set keys = contract_keys() %}
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
{% endmacro %}
