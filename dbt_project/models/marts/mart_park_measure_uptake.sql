with
measures as (select distinct policy_id, document, measure_no, measure_title from {{ ref('dim_clause') }}),

counts as (
    select
        policy_id,
        document,
        park_id,
        measure_no,
        {{ uptake_counts() | indent(8) }}
    from {{ ref('fct_claim') }}
    where park_id is not null
    group by policy_id, document, park_id, measure_no
)

select
    u.policy_id,
    u.document,
    u.park_id,
    u.measure_no,
    m.measure_title,
    {{ uptake_columns('u') | indent(4) }}
from counts as u
inner join measures as m on u.policy_id = m.policy_id and u.document = m.document and u.measure_no = m.measure_no
