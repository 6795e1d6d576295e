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
