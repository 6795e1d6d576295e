with
departments as (
    select
        c.policy_id,
        c.document,
        c.clause_key,
        d.department
    from {{ ref('dim_clause') }} as c
    inner join {{ source('policy', 'clause_department') }} as d on c.clause_key = d.clause_key
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
    {{ uptake_columns('u') | indent(4) }}
from (select distinct policy_id, document, department from departments) as d
left join counts as u on d.policy_id = u.policy_id and d.document = u.document and d.department = u.department
