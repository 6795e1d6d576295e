-- Cut as mart_clause_cut is, and by measure and clause. A finding is of no document: each tells it under its own measures.
with
documents as (select distinct policy_id, document from {{ ref('dim_clause') }}),

measures as (select distinct policy_id, document, clause_id, measure_no from {{ ref('dim_clause') }}),

findings as (
    select
        d.policy_id,
        d.document,
        f.kind,
        f.severity,
        f.enterprise_id,
        f.at_stake_yuan,
        date_trunc('month', f.found_on) = date_trunc('month', {{ as_of() }}) as is_new,
        coalesce(f.district_code, 'none') as district,
        coalesce(f.park_id, 'none') as park,
        coalesce(cast(year(f.found_on) as string), 'none') as year,
        coalesce(cast(m.measure_no as string), 'none') as measure,
        coalesce(f.clause_id, 'none') as clause
    from {{ ref('mart_audit_finding') }} as f
    cross join documents as d
    left join measures as m
        on f.clause_id = m.clause_id and d.policy_id = m.policy_id and d.document = m.document
)

select
    policy_id,
    document,
    {{ cut_columns(['district', 'park', 'year', 'measure', 'clause']) }},
    kind,
    min(severity) as severity,
    count(*) as finding_count,
    count(distinct enterprise_id) as enterprise_count,
    {{ yuan('sum(at_stake_yuan)') }} as at_stake_yuan,
    count(*) filter (where is_new) as new_finding_count
from findings
group by policy_id, document, kind, cube (district, park, year, measure, clause)
