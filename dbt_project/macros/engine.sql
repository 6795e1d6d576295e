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

{#- An expression of the row that is the last, or the first, by some columns, which are never null; null where it is null
    there: max_by passes over nulls on DuckDB. -#}
{%- macro of_last(expression, by) -%} {{ adapter.dispatch('of_last')(expression, by) }} {%- endmacro -%}
{%- macro duckdb__of_last(expression, by) -%} max_by(struct_pack(v := {{ expression }}), ({{ by | join(', ') }})).v {%- endmacro -%}
{%- macro spark__of_last(expression, by) -%} max_by({{ expression }}, ({{ by | join(', ') }})) {%- endmacro -%}
{%- macro of_first(expression, by) -%} {{ adapter.dispatch('of_first')(expression, by) }} {%- endmacro -%}
{%- macro duckdb__of_first(expression, by) -%} min_by(struct_pack(v := {{ expression }}), ({{ by | join(', ') }})).v {%- endmacro -%}
{%- macro spark__of_first(expression, by) -%} min_by({{ expression }}, ({{ by | join(', ') }})) {%- endmacro -%}

{%- macro sum_of_largest(expression, count) -%} {{ adapter.dispatch('sum_of_largest')(expression, count) }} {%- endmacro -%}
{%- macro duckdb__sum_of_largest(expression, count) -%} list_sum(max({{ expression }}, {{ count }})) {%- endmacro -%}
{%- macro spark__sum_of_largest(expression, count) -%}
    case when count({{ expression }}) > 0 then aggregate(
        slice(sort_array(collect_list({{ expression }}), false), 1, {{ count }}),
        cast(0 as decimal(38, 2)), (so_far, one) -> cast(so_far + one as decimal(38, 2))
    ) end
{%- endmacro -%}

{#- A value of a unit test's row; YAML has lists, dbt-spark's own macro writes them as DuckDB would. -#}
{%- macro spark__safe_cast(field, type) -%}
    cast({{ list_of(field) if field is sequence and field is not string else field }} as {{ type }})
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

{#- All columns of a relation but some. -#}
{%- macro all_but(columns, of=none) -%} {{ adapter.dispatch('all_but')(columns, of) }} {%- endmacro -%}
{%- macro duckdb__all_but(columns, of) -%} {{ of ~ '.' if of }}* exclude ({{ columns | join(', ') }}) {%- endmacro -%}
{%- macro spark__all_but(columns, of) -%} {{ of ~ '.' if of }}* except ({{ columns | join(', ') }}) {%- endmacro -%}

{%- macro list_of(values) -%} {{ adapter.dispatch('list_of')(values) }} {%- endmacro -%}
{%- macro duckdb__list_of(values) -%} [{{ values | join(', ') }}] {%- endmacro -%}
{%- macro spark__list_of(values) -%} array({{ values | join(', ') }}) {%- endmacro -%}

{#- An element by its place, from 1; null where there is none. -#}
{%- macro nth_of(list, place) -%} {{ adapter.dispatch('nth_of')(list, place) }} {%- endmacro -%}
{%- macro duckdb__nth_of(list, place) -%} {{ list }}[{{ place }}] {%- endmacro -%}
{%- macro spark__nth_of(list, place) -%} get({{ list }}, {{ place }} - 1) {%- endmacro -%}

{#- The place of the first element that is a value, from 1; null where there is none. -#}
{%- macro place_of(list, value) -%} {{ adapter.dispatch('place_of')(list, value) }} {%- endmacro -%}
{%- macro duckdb__place_of(list, value) -%} array_position({{ list }}, {{ value }}) {%- endmacro -%}
{%- macro spark__place_of(list, value) -%} nullif(array_position({{ list }}, {{ value }}), 0) {%- endmacro -%}

{%- macro greatest_of(list) -%} {{ adapter.dispatch('greatest_of')(list) }} {%- endmacro -%}
{%- macro duckdb__greatest_of(list) -%} list_max({{ list }}) {%- endmacro -%}
{%- macro spark__greatest_of(list) -%} array_max({{ list }}) {%- endmacro -%}

{%- macro least_of(list) -%} {{ adapter.dispatch('least_of')(list) }} {%- endmacro -%}
{%- macro duckdb__least_of(list) -%} list_min({{ list }}) {%- endmacro -%}
{%- macro spark__least_of(list) -%} array_min({{ list }}) {%- endmacro -%}

{#- So many of the first elements, all where there are no more; of a number below zero none: DuckDB would count from the end. -#}
{%- macro first_of(list, count) -%}
    {{ adapter.dispatch('first_of')(list, 'case when ' ~ count ~ ' < 0 then 0 else ' ~ count ~ ' end') }}
{%- endmacro -%}
{%- macro duckdb__first_of(list, count) -%} {{ list }}[1:{{ count }}] {%- endmacro -%}
{%- macro spark__first_of(list, count) -%} slice({{ list }}, 1, cast({{ count }} as integer)) {%- endmacro -%}

{#- How many elements are not null. -#}
{%- macro count_of(list) -%} {{ adapter.dispatch('count_of')(list) }} {%- endmacro -%}
{%- macro duckdb__count_of(list) -%} list_count({{ list }}) {%- endmacro -%}
{%- macro spark__count_of(list) -%} array_size(array_compact({{ list }})) {%- endmacro -%}

{#- The elements of which a condition on `one` holds. -#}
{%- macro those_of(list, one, condition) -%} {{ adapter.dispatch('those_of')(list, one, condition) }} {%- endmacro -%}
{%- macro duckdb__those_of(list, one, condition) -%} list_filter({{ list }}, lambda {{ one }}: {{ condition }}) {%- endmacro -%}
{%- macro spark__those_of(list, one, condition) -%} filter({{ list }}, {{ one }} -> {{ condition }}) {%- endmacro -%}

{#- Whether two lists have an element in common. -#}
{%- macro overlap(list, other) -%} {{ adapter.dispatch('overlap')(list, other) }} {%- endmacro -%}
{%- macro duckdb__overlap(list, other) -%} list_has_any({{ list }}, {{ other }}) {%- endmacro -%}
{%- macro spark__overlap(list, other) -%} arrays_overlap({{ list }}, {{ other }}) {%- endmacro -%}

{#- The whole numbers from one to another; of a first above the last an empty list. -#}
{%- macro numbers(first, last) -%} {{ adapter.dispatch('numbers')(first, last) }} {%- endmacro -%}
{%- macro duckdb__numbers(first, last) -%} generate_series(cast({{ first }} as bigint), cast({{ last }} as bigint)) {%- endmacro -%}
{%- macro spark__numbers(first, last) -%}
    case
        when {{ first }} > {{ last }} then cast(array() as array<bigint>)
        else sequence(cast({{ first }} as bigint), cast({{ last }} as bigint))
    end
{%- endmacro -%}

{#- The elements of a list in one text. -#}
{%- macro in_one_text(list, by) -%} {{ adapter.dispatch('in_one_text')(list, by) }} {%- endmacro -%}
{%- macro duckdb__in_one_text(list, by) -%} array_to_string({{ list }}, '{{ by }}') {%- endmacro -%}
{%- macro spark__in_one_text(list, by) -%} array_join(cast({{ list }} as array<string>), '{{ by }}') {%- endmacro -%}

{#- A text cut into a list at a character. -#}
{%- macro pieces_of(text, by) -%} {{ adapter.dispatch('pieces_of')(text, by) }} {%- endmacro -%}
{%- macro duckdb__pieces_of(text, by) -%} string_split({{ text }}, '{{ by }}') {%- endmacro -%}
{%- macro spark__pieces_of(text, by) -%} split({{ text }}, '[{{ by }}]') {%- endmacro -%}

{#- Values of a group as a list, nulls too; `order`: an expression that is never null and no two share; `where`: of which
    rows. Of no row null. -#}
{%- macro listed(value, order, where='true') -%} {{ adapter.dispatch('listed')(value, order, where) }} {%- endmacro -%}
{%- macro duckdb__listed(value, order, where) -%}
    list({{ value }} order by {{ order }} nulls last){{ ' filter (where ' ~ where ~ ')' if where != 'true' }}
{%- endmacro -%}
{%- macro spark__listed(value, order, where) -%}
    case when count(*) filter (where {{ where }}) > 0 then transform(
        array_sort(collect_list(struct({{ order }} as place, {{ value }} as one)) filter (where {{ where }})), each -> each.one
    ) end
{%- endmacro -%}

{%- macro starts_with(text, head) -%} {{ adapter.dispatch('starts_with')(text, head) }} {%- endmacro -%}
{%- macro duckdb__starts_with(text, head) -%} starts_with({{ text }}, {{ head }}) {%- endmacro -%}
{%- macro spark__starts_with(text, head) -%} startswith({{ text }}, {{ head }}) {%- endmacro -%}

{#- Whether a pattern is found in a text; the pattern a column, or quoted and without a backslash. -#}
{%- macro matches(text, pattern) -%} {{ adapter.dispatch('matches')(text, pattern) }} {%- endmacro -%}
{%- macro duckdb__matches(text, pattern) -%} regexp_matches({{ text }}, {{ pattern }}) {%- endmacro -%}
{%- macro spark__matches(text, pattern) -%} regexp_like({{ text }}, {{ pattern }}) {%- endmacro -%}

{#- A text with each place that a pattern is found at replaced; `by` may name a group of it, as \1. A \b stands
    beside letters of any script on Spark, of ASCII alone on DuckDB: write which are meant. -#}
{%- macro replaced(text, pattern, by='') -%} {{ adapter.dispatch('replaced')(text, pattern, by) }} {%- endmacro -%}
{%- macro duckdb__replaced(text, pattern, by) -%} regexp_replace({{ text }}, '{{ pattern }}', '{{ by }}', 'g') {%- endmacro -%}
{%- macro spark__replaced(text, pattern, by) -%} regexp_replace({{ text }}, r'{{ pattern }}', '{{ by | replace('\\', '$') }}') {%- endmacro -%}

{#- The places of a text that a pattern is found at, as a list: of each what a group of it holds, or (0) all of it. -#}
{%- macro found(text, pattern, group=0) -%} {{ adapter.dispatch('found')(text, pattern, group) }} {%- endmacro -%}
{%- macro duckdb__found(text, pattern, group) -%} regexp_extract_all({{ text }}, '{{ pattern }}', {{ group }}) {%- endmacro -%}
{%- macro spark__found(text, pattern, group) -%} regexp_extract_all({{ text }}, r'{{ pattern }}', {{ group }}) {%- endmacro -%}

{#- A double with two digits behind the point and a comma at each thousand, and its unit. -#}
{%- macro to_two_places(number, unit) -%} {{ adapter.dispatch('to_two_places')(number, unit) }} {%- endmacro -%}
{%- macro duckdb__to_two_places(number, unit) -%} format('{:,.2f}{{ unit }}', {{ number }}) {%- endmacro -%}
{%- macro spark__to_two_places(number, unit) -%} (format_number({{ number }}, 2) || '{{ unit }}') {%- endmacro -%}

{#- Some columns, or expressions by name, as one value with their names. -#}
{%- macro record(columns) -%} {{ adapter.dispatch('record')(columns) }} {%- endmacro -%}
{%- macro duckdb__record(columns) -%}
    struct_pack({% for name in columns %}{{ name }} := {{ columns[name] if columns is mapping else name }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro -%}
{%- macro spark__record(columns) -%}
    struct({% for name in columns %}{{ columns[name] if columns is mapping else name }} as {{ name }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro -%}

{#- Such a value's type, of types by name. -#}
{%- macro record_type(columns) -%} {{ adapter.dispatch('record_type')(columns) }} {%- endmacro -%}
{%- macro duckdb__record_type(columns) -%} struct({% for name, type in columns.items() %}{{ name }} {{ type }}{{ ', ' if not loop.last }}{% endfor %}) {%- endmacro -%}
{%- macro spark__record_type(columns) -%} struct<{% for name, type in columns.items() %}{{ name }}: {{ type }}{{ ', ' if not loop.last }}{% endfor %}> {%- endmacro -%}

{#- Values of a group as a list in their own order, that of a record's columns; none of them null. -#}
{%- macro sorted_list(value) -%} {{ adapter.dispatch('sorted_list')(value) }} {%- endmacro -%}
{%- macro duckdb__sorted_list(value) -%} list_sort(list({{ value }})) {%- endmacro -%}
{%- macro spark__sorted_list(value) -%} array_sort(collect_list({{ value }})) {%- endmacro -%}

{#- A list of what an expression makes of each element `one`. -#}
{%- macro made_of(list, one, expression) -%} {{ adapter.dispatch('made_of')(list, one, expression) }} {%- endmacro -%}
{%- macro duckdb__made_of(list, one, expression) -%} list_transform({{ list }}, lambda {{ one }}: {{ expression }}) {%- endmacro -%}
{%- macro spark__made_of(list, one, expression) -%} transform({{ list }}, {{ one }} -> {{ expression }}) {%- endmacro -%}

{#- An expression in which a value has a name: it may stand there often, and is worked out once. -#}
{%- macro named(name, value, expression) -%} {{ nth_of(made_of(list_of([value]), name, expression), 1) }} {%- endmacro -%}

{%- macro appended(list, value) -%} {{ adapter.dispatch('appended')(list, value) }} {%- endmacro -%}
{%- macro duckdb__appended(list, value) -%} list_append({{ list }}, {{ value }}) {%- endmacro -%}
{%- macro spark__appended(list, value) -%} array_append({{ list }}, {{ value }}) {%- endmacro -%}

{#- The last state of a list, of which each element `one` in turn makes the next state out of the one before; all of one type. -#}
{%- macro folded(list, state, one, first, next) -%} {{ adapter.dispatch('folded')(list, state, one, first, next) }} {%- endmacro -%}
{%- macro duckdb__folded(list, state, one, first, next) -%}
    list_reduce({{ list }}, lambda {{ state }}, {{ one }}: {{ next }}, {{ first }})
{%- endmacro -%}
{%- macro spark__folded(list, state, one, first, next) -%}
    aggregate({{ list }}, {{ first }}, ({{ state }}, {{ one }}) -> {{ next }})
{%- endmacro -%}

{#- The values of a group once each as a list in no order, no null among them; of none an empty list. -#}
{%- macro distinct_listed(value) -%} {{ adapter.dispatch('distinct_listed')(value) }} {%- endmacro -%}
{%- macro duckdb__distinct_listed(value) -%} coalesce(list(distinct {{ value }}) filter (where {{ value }} is not null), []) {%- endmacro -%}
{%- macro spark__distinct_listed(value) -%} collect_set({{ value }}) {%- endmacro -%}

{#- The elements of a list once each, in no order. -#}
{%- macro distinct_of(list) -%} {{ adapter.dispatch('distinct_of')(list) }} {%- endmacro -%}
{%- macro duckdb__distinct_of(list) -%} list_distinct({{ list }}) {%- endmacro -%}
{%- macro spark__distinct_of(list) -%} array_distinct({{ list }}) {%- endmacro -%}
