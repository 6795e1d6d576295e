{#- What engines word differently, and nothing else: a macro for the models, and how DuckDB and Spark say it. All else in
    the models is SQL that both read alike (.ci/portable.py). `pipelines/policy/evaluator.py` and sqlfluff render these
    outside dbt, for DuckDB. -#}

{#- Values of a group in one text; `order`: terms of an `order by`, nulls last. -#}
{%- macro joined(value, by, order, distinct=false) -%} {{ adapter.dispatch('joined')(value, by, order, distinct) }} {%- endmacro -%}
{%- macro duckdb__joined(value, by, order, distinct) -%}
    string_agg({{ 'distinct ' if distinct }}{{ value }}, '{{ by }}' order by {{ order }} nulls last)
{%- endmacro -%}
{%- macro spark__joined(value, by, order, distinct) -%}
    listagg({{ 'distinct ' if distinct }}{{ value }}, '{{ by }}') within group (order by {{ order }} nulls last)
{%- endmacro -%}

{#- A row for each element of a list; of none no row. -#}
{%- macro each_of(list) -%} {{ adapter.dispatch('each_of')(list) }} {%- endmacro -%}
{%- macro duckdb__each_of(list) -%} unnest({{ list }}) {%- endmacro -%}
{%- macro spark__each_of(list) -%} explode({{ list }}) {%- endmacro -%}

{%- macro length_of(list) -%} {{ adapter.dispatch('length_of')(list) }} {%- endmacro -%}
{%- macro duckdb__length_of(list) -%} len({{ list }}) {%- endmacro -%}
{%- macro spark__length_of(list) -%} array_size({{ list }}) {%- endmacro -%}

{#- Whether a condition on `one` holds of any element. -#}
{%- macro any_of(list, one, condition) -%} {{ adapter.dispatch('any_of')(list, one, condition) }} {%- endmacro -%}
{%- macro duckdb__any_of(list, one, condition) -%} len(list_filter({{ list }}, lambda {{ one }}: {{ condition }})) > 0 {%- endmacro -%}
{%- macro spark__any_of(list, one, condition) -%} exists({{ list }}, {{ one }} -> {{ condition }}) {%- endmacro -%}

{#- A list of a type, as the type of a cast. -#}
{%- macro list_type(type) -%} {{ adapter.dispatch('list_type')(type) }} {%- endmacro -%}
{%- macro duckdb__list_type(type) -%} {{ type }}[] {%- endmacro -%}
{%- macro spark__list_type(type) -%} array<{{ type }}> {%- endmacro -%}

{%- macro days_between(earlier, later) -%} {{ adapter.dispatch('days_between')(earlier, later) }} {%- endmacro -%}
{%- macro duckdb__days_between(earlier, later) -%} cast({{ later }} - {{ earlier }} as bigint) {%- endmacro -%}
{%- macro spark__days_between(earlier, later) -%} cast(datediff({{ later }}, {{ earlier }}) as bigint) {%- endmacro -%}

{#- The day so many months on; the last of the month where it has no such day. -#}
{%- macro months_later(day, months) -%} {{ adapter.dispatch('months_later')(day, months) }} {%- endmacro -%}
{%- macro duckdb__months_later(day, months) -%} cast({{ day }} + to_months(cast({{ months }} as integer)) as date) {%- endmacro -%}
{%- macro spark__months_later(day, months) -%} add_months({{ day }}, cast({{ months }} as integer)) {%- endmacro -%}

{#- A row for each day so many months apart, from the first up to the last. -#}
{%- macro each_months(months, first, last) -%} {{ adapter.dispatch('each_months')(months, first, last) }} {%- endmacro -%}
{%- macro duckdb__each_months(months, first, last) -%}
    unnest(generate_series({{ first }}, {{ last }}, interval {{ months }} month))
{%- endmacro -%}
{%- macro spark__each_months(months, first, last) -%}
    explode(sequence({{ first }}, {{ last }}, interval {{ months }} month))
{%- endmacro -%}

{#- An expression of the row that is the last by some columns, which are never null; null where it is null there. -#}
{%- macro of_last(expression, by) -%} {{ adapter.dispatch('of_last')(expression, by) }} {%- endmacro -%}
{%- macro duckdb__of_last(expression, by) -%} max_by(struct_pack(v := {{ expression }}), ({{ by | join(', ') }})).v {%- endmacro -%}
{%- macro spark__of_last(expression, by) -%} max_by({{ expression }}, ({{ by | join(', ') }})) {%- endmacro -%}

{%- macro sum_of_largest(expression, count) -%} {{ adapter.dispatch('sum_of_largest')(expression, count) }} {%- endmacro -%}
{%- macro duckdb__sum_of_largest(expression, count) -%} list_sum(max({{ expression }}, {{ count }})) {%- endmacro -%}
{%- macro spark__sum_of_largest(expression, count) -%}
    case when count({{ expression }}) > 0 then aggregate(
        slice(sort_array(collect_list({{ expression }}), false), 1, {{ count }}),
        cast(0 as decimal(38, 2)), (so_far, one) -> cast(so_far + one as decimal(38, 2))
    ) end
{%- endmacro -%}

{#- The columns of a contract for dbt to compare; their types are written as DuckDB writes them, a list as decimal(18, 2)[]. -#}
{%- macro spark__get_empty_schema_sql(columns) -%}
    {%- set told = {} -%}
    {%- for name, column in columns.items() -%}
        {%- set type = column['data_type'] -%}
        {%- do told.update({name: dict(column, data_type=list_type(type[:-2]) if type.endswith('[]') else type)}) -%}
    {%- endfor -%}
    {{ return(default__get_empty_schema_sql(told)) }}
{%- endmacro -%}
