with
measures as (select distinct policy_id, document, measure_no, measure_title from {{ ref('dim_clause') }}),

statuses as (
    select
        policy_id,
        document,
        measure_no,
        {{ status_of_clauses() | indent(8) }}
    from {{ ref('dim_clause') }}
    where is_current
    group by policy_id, document, measure_no
),

counts as (
    select
        policy_id,
        document,
        measure_no,
        {{ uptake_counts() | indent(8) }}
    from {{ ref('fct_claim') }}
    group by policy_id, document, measure_no
)

select
    m.policy_id,
    m.document,
    m.measure_no,
    m.measure_title,
    s.count_status,
    {{ uptake_columns('u', 's') | indent(4) }}
from measures as m
left join counts as u on m.policy_id = u.policy_id and m.document = u.document and m.measure_no = u.measure_no
left join statuses as s on m.policy_id = s.policy_id and m.document = s.document and m.measure_no = s.measure_no
