-- The last day on which a condition of a claim can still be met, by the operator that asks it (pipelines/policy/operators.py).
{% for c in conditions_that_run_out() -%}
{{ 'union all' if not loop.first }}
select
    '{{ c.clause_key }}' as clause_key,
    f.event_id,
    cast({{ c.condition_order }} as bigint) as condition_order,
    cast({{ c.due_sql }} as date) as due_on
from {{ ref('int_event_facts') }} as f
where {{ c.kinds_sql }} and {{ c.grounds_sql }} and {{ c.due_sql }} is not null
{% else -%}
select
    cast(null as string) as clause_key,
    event_id,
    cast(null as bigint) as condition_order,
    cast(null as date) as due_on
from {{ ref('int_event_facts') }}
where false
{% endfor %}
