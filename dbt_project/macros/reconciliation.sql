{# Sources whose rows are followed from the file to the claim. #}
{% macro reconciled_sources() %}
    {{ return([
        'registrations', 'parks', 'tenancies', 'recognitions', 'listings', 'projects', 'headquarters', 'spinoffs', 'matters',
        'applications', 'payments', 'budgets', 'other_awards', 'statistics', 'declarations', 'software_monthly', 'benchmarks', 'credit_flags', 'aliases'
    ]) }}
{% endmacro %}

{# What became of the raw rows of each file of a source. #}
{% macro rows_read(name) %}
select
    '{{ name }}' as source,
    source_file,
    count(*) as rows_in_raw,
    {%- for row_status in ['after_as_of', 'not_formal', 'superseded', 'same_key', 'added'] %}
    count(*) filter (where row_status = '{{ row_status }}') as rows_{{ row_status }},
    {%- endfor %}
    count(*) filter (where row_status = 'in_force') as rows_newest
from ({{ keyed_rows(name) }}) as keyed
{% if name == 'recognitions' %}where coalesce(firm_no, 1) = 1   -- a line, whatever firms it names{% endif %}
group by source_file
{% endmacro %}
