{#- Spark has no `external_location`: before a run, the Parquet of each source in the lake of the build becomes a table of
    its catalog, under the name that source() gives. DuckDB reads the files where they lie. -#}
{%- macro stage_sources() -%}
    {%- if execute and target.type == 'spark' -%}
        {%- for source in graph.sources.values() -%}
            {%- do run_query('create schema if not exists ' ~ source.schema) -%}
            {%- do run_query('drop table if exists ' ~ source.schema ~ '.' ~ source.identifier) -%}
            {%- do run_query(
                'create table ' ~ source.schema ~ '.' ~ source.identifier ~ " using parquet location '"
                ~ env_var('SOFTCITY_LAKE_FOLDER') ~ '/sources/' ~ source.source_name ~ '/' ~ source.name ~ "'"
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
