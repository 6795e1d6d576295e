-- Cut as mart_clause_cut is, and by measure and clause. Kind `all` adds over the kinds of one severity: a yuan that was
-- paid counts once there, whatever number of bounds it breaks, and money that was not paid does not.
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
),

cut as (
    {{ cut_rows(
        'findings', ['district', 'park', 'year', 'measure', 'clause'],
        ['finding_id', 'policy_id', 'document', 'kind', 'severity', 'enterprise_id', 'at_stake_yuan', 'is_new']
    ) | indent }}
),

by_kind as (
    select
        policy_id,
        document,
        district,
        park,
        year,
        measure,
        clause,
        kind,
        min(severity) as severity,
        count(*) as finding_count,
        count(distinct enterprise_id) as enterprise_count,
        sum(at_stake_yuan) as at_stake_yuan,
        count(*) filter (where is_new) as new_finding_count
    from cut
    group by policy_id, document, kind, district, park, year, measure, clause
),

parts as (
    select c.*, {{ each_of('i.parts') }} as part
    from cut as c
    inner join {{ ref('int_findings') }} as i on c.finding_id = i.finding_id
),

-- of one claim's money the parts above its bounds lie on each other: the largest holds the others
by_unit as (
    select
        policy_id,
        document,
        severity,
        district,
        park,
        year,
        measure,
        clause,
        max(part.yuan) as yuan
    from parts
    group by policy_id, document, severity, part.unit, district, park, year, measure, clause
),

once as (
    select policy_id, document, severity, district, park, year, measure, clause, sum(yuan) as once_yuan
    from by_unit
    group by policy_id, document, severity, district, park, year, measure, clause
),

all_kinds as (
    select
        policy_id,
        document,
        district,
        park,
        year,
        measure,
        clause,
        'all' as kind,
        severity,
        count(*) as finding_count,
        count(distinct enterprise_id) as enterprise_count,
        count(*) filter (where is_new) as new_finding_count
    from cut
    group by policy_id, document, severity, district, park, year, measure, clause
)

select
    policy_id,
    document,
    district,
    park,
    year,
    measure,
    clause,
    kind,
    severity,
    finding_count,
    enterprise_count,
    {{ yuan('at_stake_yuan') }} as at_stake_yuan,
    new_finding_count
from by_kind

union all

select
    a.policy_id,
    a.document,
    a.district,
    a.park,
    a.year,
    a.measure,
    a.clause,
    a.kind,
    a.severity,
    a.finding_count,
    a.enterprise_count,
    {{ yuan('coalesce(o.once_yuan, 0)') }} as at_stake_yuan,
    a.new_finding_count
from all_kinds as a
left join once as o
    on a.policy_id = o.policy_id and a.document = o.document and a.severity = o.severity and a.district = o.district
    and a.park = o.park and a.year = o.year and a.measure = o.measure and a.clause = o.clause
