-- One line for every question a page's filters can ask: each of district, park and year either named or 'all'.
-- Claims without a known district, in no park or of no year stand under 'none'.
with
accepted as (
    select distinct claim_id
    from {{ ref('fct_application') }}
    where accepted_on is not null
),

claims as (
    select
        c.*,
        coalesce(c.district_code, 'none') as district,
        coalesce(c.park_id, 'none') as park,
        coalesce(cast(c.qualified_year as string), 'none') as year,
        a.claim_id is not null as is_accepted
    from {{ ref('fct_claim') }} as c
    left join accepted as a on c.claim_id = a.claim_id
),

districts as (select distinct district_code, district_name from {{ ref('mart_district_kpi') }}),

counts as (
    select
        policy_id,
        document,
        clause_id,
        {{ cut_columns(['district', 'park', 'year']) }},
        count(*) filter (where outcome = 'eligible' and is_accepted) as accepted_count,
        sum(net_ceiling_yuan) filter (where outcome = 'eligible' and is_applied) as applied_ceiling_yuan,
        sum(net_ceiling_yuan) filter (where outcome = 'eligible' and is_accepted) as accepted_ceiling_yuan,
        {{ uptake_counts() | indent(8) }}
    from claims
    group by policy_id, document, clause_id, cube (district, park, year)
)

select
    u.policy_id,
    u.document,
    u.clause_id,
    u.district,
    d.district_name,
    u.park,
    p.park_name,
    u.year,
    {{ if_known('u.', 'approved', 'accepted_count') }} as accepted_count,
    {{ yuan(if_known('u.', 'applied', 'applied_ceiling_yuan')) }} as applied_ceiling_yuan,
    {{ yuan(if_known('u.', 'approved', 'accepted_ceiling_yuan')) }} as accepted_ceiling_yuan,
    {{ uptake_columns('u') | indent(4) }}
from counts as u
left join districts as d on u.district = d.district_code
left join {{ ref('dim_park') }} as p on u.park = p.park_id
