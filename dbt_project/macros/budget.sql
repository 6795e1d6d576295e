{# Sums by policy, year and measure, and once more of the policy as a whole (measure_no null). #}
{% macro by_measure_and_whole() -%}
    group by grouping sets ((policy_id, budget_year, measure_no), (policy_id, budget_year))
{%- endmacro %}

{# Days of a year that must have passed before its pace is told. #}
{% macro least_days_of_a_pace() %}90{% endmacro %}
