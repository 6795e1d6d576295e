{# How the rows of a source replace each other, as its contract says (pipelines/arrivals.py, source_row). #}
{% macro contract_of(name) %}
    {%- set contract = {'key_sql': "''", 'replaces': 'rows'} -%}
    {%- if execute -%}
        {%- set found = run_query("select * from " ~ source('arrivals', 'source') ~ " where source = '" ~ name ~ "'") -%}
        {%- do contract.update(dict(zip(found.column_names, found.rows[0].values()))) -%}
    {%- endif -%}
    {{ return(contract) }}
{% endmacro %}
