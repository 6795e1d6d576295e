with
documents as (select distinct policy_id, document from {{ ref('dim_clause') }}),

statuses as (
    select
        policy_id,
        document,
        {{ status_of_clauses() | indent(8) }}
    from {{ ref('dim_clause') }}
    where is_current
    group by policy_id, document
),

counts as (
    select
        policy_id,
        document,
        {{ uptake_counts() | indent(8) }}
    from {{ ref('fct_claim') }}
    group by policy_id, document
)

select
    d.policy_id,
    d.document,
    s.count_status,
    {{ uptake_columns('u', 's') | indent(4) }}
from documents as d
left join counts as u on d.policy_id = u.policy_id and d.document = u.document
left join statuses as s on d.policy_id = s.policy_id and d.document = s.document
