with
departments as (
    select
        c.policy_id,
        c.document,
        c.clause_key,
        c.is_current,
        c.count_status,
        c.amount_kind,
        d.department
    from {{ ref('dim_clause') }} as c
    inner join {{ source('policy', 'clause_department') }} as d on c.clause_key = d.clause_key
),

statuses as (
    select
        policy_id,
        document,
        department,
        {{ status_of_clauses() | indent(8) }}
    from departments
    where is_current
    group by policy_id, document, department
),

counts as (
    select
        d.policy_id,
        d.document,
        d.department,
        {{ uptake_counts() | indent(8) }}
    from {{ ref('fct_claim') }} as f
    inner join departments as d
        on f.clause_key = d.clause_key
    group by d.policy_id, d.document, d.department
)

select
    d.policy_id,
    d.document,
    d.department,
    s.count_status,
    {{ uptake_columns('u', 's') | indent(4) }}
from (select distinct policy_id, document, department from departments) as d
left join counts as u on d.policy_id = u.policy_id and d.document = u.document and d.department = u.department
left join statuses as s on d.policy_id = s.policy_id and d.document = s.document and d.department = s.department
