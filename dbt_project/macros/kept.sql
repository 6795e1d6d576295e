{#- Every model is a Parquet file named by what it was made of: its statement and the content of each thing it reads.
    Made of the same in an earlier build, it is taken as it was; made anew to the same content, what stands on it need not
    be made anew. Table `made_of` (pipelines/assets/rooms.py) begins with the content of every source. -#}
{% materialization table, adapter='duckdb' %}
    {%- set target = this.incorporate(type='view') -%}
    {%- set query = compiled_code -%}
    {%- if config.get('contract').enforced -%}
        {%- do get_assert_columns_equivalent(query) -%}
        {%- set query = get_select_subquery(query) -%}
    {%- endif -%}

    {%- set inputs = run_query("select content from made_of where name in ('code', '"
        ~ model.depends_on.nodes | unique | join("', '") ~ "') order by name").columns[0].values() -%}
    {%- if inputs | length != model.depends_on.nodes | unique | list | length + 1 -%}
        {%- do exceptions.raise_compiler_error('made_of lacks a content of ' ~ model.depends_on.nodes | join(', ')) -%}
    {%- endif -%}
    {%- set part = model.name ~ '-' ~ local_md5(query ~ inputs | join('|')) -%}

    {%- set on_file = run_query("select file from glob('" ~ env_var('SOFTCITY_KEPT') ~ "/" ~ part ~ "-*.parquet')") -%}
    {%- if on_file | length -%}
        {%- set path = on_file[0][0] -%}
        {%- set content = "'" ~ path.split('-')[-1].split('.')[0] ~ "'" -%}
    {%- else -%}
        {%- set path = env_var('SOFTCITY_WORK') ~ '/rooms/' ~ part ~ '.parquet' -%}
        {%- set content = "(select md5(count(*) || ' ' || coalesce(sum(hash(rows)), 0)) from " ~ target ~ " as rows)" -%}
        {%- do run_query("copy (" ~ query ~ "\n) to '" ~ path ~ "' (format parquet)") -%}
    {%- endif -%}

    {% call statement('main') -%}
        create or replace view {{ target }} as select * from read_parquet('{{ path }}');
        insert into made_of values ('{{ model.unique_id }}', {{ content }}, '{{ path }}')
    {%- endcall %}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}
