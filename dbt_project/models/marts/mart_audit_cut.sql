-- Cut as mart_clause_cut is, and by measure and clause.
with
findings as (
    select
        *,
        date_trunc('month', found_on) = date_trunc('month', {{ as_of() }}) as is_new,
        coalesce(district_code, 'none') as district,
        coalesce(park_id, 'none') as park,
        coalesce(cast(year(found_on) as string), 'none') as year,
        coalesce(clause_id, 'none') as clause
    from ({{ findings_of_documents() }}) as f
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
