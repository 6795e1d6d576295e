with
documents as (select distinct policy_id, document from {{ ref('dim_clause') }}),

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
    {{ uptake_columns('u') | indent(4) }}
from documents as d
left join counts as u on d.policy_id = u.policy_id and d.document = u.document
