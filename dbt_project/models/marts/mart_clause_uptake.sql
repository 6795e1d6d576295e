with
clauses as (
    select distinct policy_id, document, clause_id, clause_order, measure_no, title_zh from {{ ref('dim_clause') }}
),

counts as (
    select
        policy_id,
        document,
        clause_id,
        {{ uptake_counts() | indent(8) }}
    from {{ ref('fct_claim') }}
    group by policy_id, document, clause_id
)

select
    c.policy_id,
    c.document,
    c.clause_id,
    c.clause_order,
    c.measure_no,
    c.title_zh,
    {{ uptake_columns('u') | indent(4) }}
from clauses as c
left join counts as u on c.policy_id = u.policy_id and c.document = u.document and c.clause_id = u.clause_id
