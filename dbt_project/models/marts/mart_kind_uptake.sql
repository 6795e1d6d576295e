-- A rent year is not an award: hundreds of them, paid by the parks, hide how the rest is taken up.
with
parks as (select * from {{ ref('dim_park') }}),

claims as (
    select
        c.*,
        case when e.event_kind = 'rent_year' then 'rent' else 'award' end as kind
    from {{ ref('fct_claim') }} as c
    left join {{ ref('dim_event') }} as e on c.event_id = e.event_id
),

counts as (
    select
        policy_id,
        document,
        kind,
        measure_no,
        district_code,
        park_id,
        sum(net_ceiling_yuan) filter (where outcome = 'eligible' and is_applied) as applied_ceiling_yuan,
        cast(4 * grouping(measure_no) + 2 * grouping(district_code) + grouping(park_id) as int) as cut_code,
        {{ uptake_counts() | indent(8) }}
    from claims
    group by grouping sets (
        (policy_id, document, kind),
        (policy_id, document, kind, measure_no),
        (policy_id, document, kind, district_code),
        (policy_id, document, kind, park_id),
        (policy_id, document, kind, park_id, measure_no)
    )
),

medians as (
    select
        policy_id,
        document,
        kind,
        {{ median_of_parks() | indent(8) }}
    from counts
    where cut_code = 6 and park_id in (select park_id from parks)
    group by policy_id, document, kind
)

select
    u.policy_id,
    u.document,
    case u.cut_code when 7 then 'city' when 3 then 'measure' when 5 then 'district' when 6 then 'park' else 'park_measure' end
        as cut,
    u.kind,
    cast(u.measure_no as bigint) as measure_no,
    u.district_code,
    u.park_id,
    m.median_payout_rate,
    m.is_median_withheld,
    {{ yuan(if_known('u.', 'applied', 'applied_ceiling_yuan')) }} as applied_ceiling_yuan,
    {{ uptake_columns('u') | indent(4) }}
from counts as u
left join medians as m on u.policy_id = m.policy_id and u.document = m.document and u.kind = m.kind
where u.cut_code not in (2, 6) or u.park_id is not null
