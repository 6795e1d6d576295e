-- From files to rows to events to claims: a line that does not add up, or rows, events or claims of no file.
select source || ' ' || source_file as line
from {{ ref('mart_reconciliation') }}
where not is_balanced

union all

select 'events' as line
from {{ ref('mart_reconciliation') }}
-- a row that is two events, of two kinds, is one line
having sum(event_count) <> (
    select count(distinct concat_ws('|', source, source_file, substr(event_id, instr(event_id, ':') + 1)))
    from {{ ref('int_events') }}
    where coalesce(firm_no, 1) = 1
)

union all

select 'claims' as line
from {{ ref('mart_reconciliation') }}
having sum(claim_count) <> (select count(*) from {{ ref('int_claims') }} where is_primary)

union all

{% for name in reconciled_sources() if name not in ('registrations', 'aliases') %}
select '{{ name }}' as line
from {{ ref('mart_reconciliation') }}
where source = '{{ name }}'
having coalesce(sum(rows_in_force), 0) <> (
    select count(*) from {{ ref('stg_' ~ name) }} {{ 'where firm_no = 1' if name == 'recognitions' }}
)
{{ 'union all' if not loop.last }}
{% endfor %}
