{#- The raw rows of a source and what became of each (`row_status`), in this order:
        superseded    a later file says its key anew, or brings its part of a list anew
        same_key      its file says the key again further down, or prints the firm under another name there
        added         a line whose money and area stand in the last line of its key
        after_as_of   of a day not seen yet
        not_formal    公示
        in_force      the rest; money and area of the key's lines in the file are added up, a blank makes the sum unknown
    What may be corrected is no part of a key, so a corrected day replaces the wrong one before days are looked at. -#}
{%- macro keyed_rows(name) -%}
{%- set c = contract_of(name) -%}
{%- set adding = (c.adding or '').split(',') | select | list -%}
{%- set optional = c.optional_sql or "''" -%}
{#- the day before which a row is not seen -#}
{%- set day = {
    'applications': 'submitted_on', 'payments': 'paid_on', 'credit_flags': 'listed_on', 'other_awards': 'paid_on',
    'recognitions': 'published_on', 'aliases': 'effective_on', 'budgets': 'decided_on'
}.get(name) -%}
{#- a flag and an alias are states: one of a later day is not seen yet and replaces none -#}
{%- set key = 'row_key, is_after_as_of' if name in ('credit_flags', 'aliases') else 'row_key' -%}
{%- set line = key ~ ', optional_key, line_key, file_no' -%}
{%- set same = line ~ (', ' ~ c.firm_name ~ '_key' if c.firm_name else '') -%}
select
    {{ all_but(['row_key', 'optional_key', 'line_key', 'part_key', 'file_no', 'newest_file_no', 'place', 'last_name_key']) }},
    case
        when file_no < newest_file_no then 'superseded'
        {%- if adding %}
        when place > 1 {% if c.firm_name %}and {{ c.firm_name }}_key is not distinct from last_name_key {% endif %}then 'added'
        {%- endif %}
        when place > 1 then 'same_key'
        when is_after_as_of then 'after_as_of'
        {%- if name == 'recognitions' %}
        when stage <> '公布' then 'not_formal'
        {%- endif %}
        else 'in_force'
    end as row_status
from (
    select
        {{ all_but(adding) if adding else '*' }},
        {%- for column in adding %}
        case when count({{ column }}) over same = count(*) over same
            then cast(sum({{ column }}) over same as {{ 'decimal(18, 2)' if column.endswith('_yuan') else 'double' }})
        end as {{ column }},
        {%- endfor %}
        greatest(
            0,   -- Spark asks for two
            max(file_no) over (partition by {{ key }}, optional_key)
            {%- if c.optional_sql %},
            -- a row without it is about all of them
            max(case when optional_key = '' then file_no end) over (partition by {{ key }}),
            case when optional_key = '' then max(file_no) over (partition by {{ key }}) end
            {%- endif %}
            {%- if c.part_sql %},
            max(file_no) over (partition by part_key)
            {%- endif %}
        ) as newest_file_no,
        row_number() over (partition by {{ line }} order by row_no desc nulls last, sheet desc nulls last) as place,
        {% if adding and c.firm_name -%}
        first_value({{ c.firm_name }}_key) over (partition by {{ line }} order by row_no desc nulls last, sheet desc nulls last)
        {%- else -%} cast(null as string) {%- endif %} as last_name_key
    from (
        select
            *,
            {{ c.key_sql }} as row_key,
            {{ optional }} as optional_key,
            {{ c.lines_sql or "''" }} as line_key,
            {{ c.part_sql or "''" }} as part_key,
            {% if day -%} coalesce({{ day }} > {{ as_of() }}, false) {%- else -%} false {%- endif %} as is_after_as_of
        from (
            select
                r.*,
                {% if c.firm_name %}m.enterprise_id,{% endif %}
                f.file_no
            from {{ source('raw', name) }} as r
            inner join (
                select source_file, row_number() over (order by {{ file_order(name in ['applications', 'parks', 'registrations']) }}) as file_no
                from (select distinct source_file, received_on, file_order from {{ source('raw', name) }})
            ) as f on r.source_file = f.source_file
            {%- if c.firm_name %}
            left join {{ source('identity', 'name_match') }} as m
                on coalesce(r.{{ c.firm_name }}_key, '') = m.name_key
                and {% if c.firm_code %}coalesce(r.{{ c.firm_code }}, ''){% else %}''{% endif %} = m.code_given
            {%- endif %}
        )
    )
    {% if adding %}window same as (partition by {{ same }}){% endif %}
)
{%- endmacro -%}

{# What a source told of a firm and a period, a row for each file that told it, with the days from which (received_on) to which
   (replaced_on, null while it is the last word) it was the word. A file that says a period twice means the last line. #}
{%- macro rows_as_told(name, period) -%}
select
    *,
    row_status = 'in_force' as is_last_word,
    lead(received_on) over (
        partition by enterprise_id, {{ period }}
        order by row_status = 'in_force' nulls last, received_on nulls last, file_order nulls last, source_file nulls last
    ) as replaced_on
from (
    select
        *,
        row_number() over (
            partition by enterprise_id, {{ period }}, source_file order by row_no desc nulls last, sheet desc nulls last
        ) as line_place
    from ({{ keyed_rows(name) }}) as keyed
    where row_status in ('in_force', 'superseded') and enterprise_id is not null
) as said
where line_place = 1
{%- endmacro -%}

{# Files from the weakest to the strongest. What carries its own day is true whenever it came: the last word counts. A
   state without a day (is_state) is that of its arrival: of an earlier day the last that had come by then, else the first
   after it. #}
{%- macro file_order(is_state) -%}
    {%- if is_state -%}
    received_on <= {{ known_on() }} nulls last, case when received_on > {{ known_on() }} then received_on end desc nulls last,
    {% endif -%}
    received_on nulls last, file_order nulls last, source_file nulls last
{%- endmacro -%}
