-- The rows of each file that stand in staging: of a known firm, of a name that waits for a person, or of no firm.
{%- set firm = {
    'parks': 'operator_id', 'payments': 'cast(null as string)', 'budgets': 'cast(null as string)', 'benchmarks': 'cast(null as string)'
} %}
{%- set names_a_firm = {
    'parks': 'operator_name is not null', 'recognitions': 'enterprise_name is not null', 'payments': 'false', 'budgets': 'false',
    'benchmarks': 'false'
} %}
{%- for name in reconciled_sources() if name not in ('registrations', 'aliases') %}
{%- set known = firm.get(name, 'enterprise_id') ~ ' is not null' %}
select
    '{{ name }}' as source,
    source_file,
    count(*) as rows_in_force,
    count(*) filter (where {{ known }}) as rows_matched,
    count(*) filter (where not ({{ known }}) and {{ names_a_firm.get(name, 'true') }}) as rows_in_review,
    count(*) filter (where not ({{ known }}) and not ({{ names_a_firm.get(name, 'true') }})) as rows_without_firm
from {{ ref('stg_' ~ name) }}
{% if name == 'recognitions' %}where firm_no = 1   -- a line, whatever firms it names{% endif %}
group by source_file

union all

{%- endfor %}
-- the register is where firms are known from
select
    'registrations' as source,
    source_file,
    count(*) as rows_in_force,
    count(*) as rows_matched,
    0 as rows_in_review,
    0 as rows_without_firm
from {{ source('identity', 'enterprise') }}
group by source_file
