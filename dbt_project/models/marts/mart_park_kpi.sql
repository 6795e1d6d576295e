with
documents as (select distinct policy_id, document from {{ ref('dim_clause') }}),

parks as (select * from {{ ref('dim_park') }}),

tenants as (select * from {{ ref('dim_enterprise') }}),

claims as (select * from {{ ref('fct_claim') }}),

tenancy as (
    select
        park_id,
        sum(area_m2) as leased_area_m2
    from (
        select distinct park_id, enterprise_id, moved_in_on, area_m2
        from {{ ref('stg_tenancies') }}
        where moved_in_on <= {{ as_of() }} and coalesce(moved_out_on > {{ as_of() }}, true)
    ) as running
    group by park_id
),

tenant_counts as (
    select
        park_id,
        count(*) as tenant_count,
        count(*) filter (where software_outcome = 'met') as software_tenant_count
    from tenants
    where park_id is not null
    group by park_id
),

certificates as (
    select
        t.park_id,
        count(*) as certificate_count
    from {{ ref('int_recognitions') }} as r
    inner join tenants as t on r.enterprise_id = t.enterprise_id
    where t.park_id is not null and r.park_id is null
    group by t.park_id
),

rents as (
    select
        c.policy_id,
        c.document,
        c.park_id,
        sum(f.rent_yuan) as rent_yuan,
        sum(c.floor_yuan) as rent_floor_yuan,
        sum(c.paid_yuan) as rent_subsidy_yuan,
        count(*) filter (where c.paid_yuan is null) = 0 as is_paid_known,
        count(*) filter (where c.is_below_floor) as below_floor_count
    from claims as c
    inner join {{ ref('int_event_facts') }} as f on c.event_id = f.event_id
    where c.floor_yuan is not null and c.outcome = 'eligible'
    group by c.policy_id, c.document, c.park_id
),

counts as (
    select
        policy_id,
        document,
        park_id,
        {{ uptake_counts() | indent(8) }}
    from claims
    where park_id is not null
    group by policy_id, document, park_id
),

medians as (
    select
        policy_id,
        document,
        {{ median_of_parks() | indent(8) }}
    from counts
    group by policy_id, document
)

select
    d.policy_id,
    d.document,
    p.park_id,
    p.park_name,
    p.district_code,
    case when w.have_tenancies then coalesce(t.tenant_count, 0) end as tenant_count,
    case when w.have_tenancies then coalesce(t.software_tenant_count, 0) end as software_tenant_count,
    case when w.have_tenancies then coalesce(a.leased_area_m2, 0) end as leased_area_m2,
    p.built_area_m2,
    case when w.have_tenancies then {{ rate('coalesce(a.leased_area_m2, 0)', 'p.built_area_m2') }} end as occupancy_rate,
    case when w.have_recognitions then coalesce(c.certificate_count, 0) end as certificate_count,
    {{ yuan('case when w.have_tenancies then coalesce(r.rent_yuan, 0) end') }} as rent_yuan,
    {{ yuan('case when w.have_tenancies then coalesce(r.rent_floor_yuan, 0) end') }} as rent_floor_yuan,
    {{ yuan('case when w.have_tenancies then ' ~ if_known('r.', 'paid', 'rent_subsidy_yuan') ~ ' end') }} as rent_subsidy_yuan,
    case when w.have_payments and w.have_tenancies then coalesce(r.below_floor_count, 0) end as below_floor_count,
    m.median_payout_rate,
    m.is_median_withheld,
    {{ uptake_columns('u') | indent(4) }}
from parks as p
cross join documents as d
cross join {{ ref('int_arrived') }} as w
left join tenant_counts as t on p.park_id = t.park_id
left join tenancy as a on p.park_id = a.park_id
left join certificates as c on p.park_id = c.park_id
left join rents as r on p.park_id = r.park_id and d.policy_id = r.policy_id and d.document = r.document
left join counts as u on p.park_id = u.park_id and d.policy_id = u.policy_id and d.document = u.document
left join medians as m on d.policy_id = m.policy_id and d.document = m.document
