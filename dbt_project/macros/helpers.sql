{# The day this build stands on. #}
{% macro as_of() %}cast('{{ var("as_of") }}' as date){% endmacro %}

{# Programs of the clauses to evaluate; none while dbt only parses. #}
{% macro clause_programs() %}
    {%- set programs = [] -%}
    {%- if execute -%}
        {%- set query -%}
            select program from {{ source('policy', 'clause') }}
            where coverage_status not in ('unseen', 'not_encoded') order by clause_order, document
        {%- endset -%}
        {%- for row in run_query(query) -%}{%- do programs.append(fromjson(row[0])) -%}{%- endfor -%}
    {%- endif -%}
    {{ return(programs) }}
{% endmacro %}

{# The setting of a decision of the first policy, as text: D14 → per_year. #}
{% macro decision(decision_id) %}
    (select max(setting) from {{ source('policy', 'decision') }} where decision_id = '{{ decision_id }}')
{% endmacro %}

{# Keep the newest row of each key: later arrivals replace earlier ones, both stay in raw.
   A row that arrived by the as-of day goes before one that arrived after it. #}
{% macro newest_first(keys) %}
    row_number() over (partition by {{ keys | join(', ') }} order by {{ newest_order() }})
{% endmacro %}

{% macro newest_order() %}received_on <= {{ as_of() }} desc, received_on desc, source_file desc, row_no desc{% endmacro %}

{# A rate is made here and nowhere else; nothing of nothing is null. #}
{% macro rate(part, whole) %}cast({{ part }} as double) / nullif(cast({{ whole }} as double), 0){% endmacro %}

{% macro words_of_outcome(code) %}
    case {{ code }} when 0 then 'eligible' when 1 then 'needs_review' when 2 then 'undetermined' else 'not_eligible' end
{% endmacro %}

{% macro words_of_answer(code) %}
    case {{ code }} when 0 then 'met' when 1 then 'needs_review' when 2 then 'unknown' else 'not_met' end
{% endmacro %}

{% macro yuan(expression) %}cast({{ expression }} as decimal(18, 2)){% endmacro %}
