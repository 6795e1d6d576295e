-- The last month-end by what is known now, for a city that published nothing on it. Paid is what every mart calls paid:
-- the larger of the orders and what the park reported, which has no day of its own and counts from the rent year's day.
-- The rate leaves rent out, as every rate of a city or a park does.
with
claims as (
    select
        c.*,
        coalesce(c.park_id, 'none') as park,
        coalesce(v.event_kind = 'rent_year', false) as is_rent,
        date_trunc('month', {{ as_of() }}) as month,
        greatest(coalesce(c.ordered_before_month_yuan, 0), coalesce(c.reported_subsidy_yuan, 0)) as then_paid_yuan
    from {{ ref('fct_claim') }} as c
    left join {{ ref('dim_event') }} as v on c.event_id = v.event_id
),

parks as (
    select 'all' as park
    union all
    select park_id from {{ ref('dim_park') }}
),

lines as (
    select
        d.policy_id,
        d.document,
        p.park
    from (select distinct policy_id, document from {{ ref('dim_clause') }}) as d
    cross join parks as p
),

counts as (
    select
        policy_id,
        document,
        {{ cut_columns(['park']) }},
        count(*) filter (where outcome = 'eligible' and qualified_on < month) as eligible_count,
        count(*) filter (where outcome in ('needs_review', 'undetermined') and qualified_on < month) as open_count,
        count(*) filter (
            where qualified_on < month and (is_outreach or first_applied_on >= month and outcome = 'eligible')
        ) as outreach_count,
        count(*) filter (where outcome = 'eligible' and qualified_on < month and is_applied is null) = 0 as is_applied_known,
        count(*) filter (where outcome = 'eligible' and qualified_on < month and not is_rent) as award_count,
        count(*) filter (
            where outcome = 'eligible' and qualified_on < month and not is_rent and is_paid and first_paid_on < month
        ) as award_paid_count,
        count(*) filter (
            where outcome = 'eligible' and qualified_on < month and not is_rent and is_paid is null
        ) = 0 as is_paid_known,
        count(*) filter (where outcome = 'eligible' and is_paid is null) = 0 as is_money_known,
        coalesce(sum(paid_yuan) filter (where outcome = 'eligible'), 0)
        - coalesce(sum(then_paid_yuan) filter (where outcome = 'eligible' and qualified_on < month), 0) as paid_since_yuan
    from claims
    group by policy_id, document, cube (park)
)

select
    l.policy_id,
    l.document,
    l.park,
    coalesce(c.eligible_count, 0) as eligible_count,
    coalesce(c.open_count, 0) as open_count,
    {{ if_known('c.', 'applied', 'outreach_count') }} as outreach_count,
    case when c.is_paid_known then {{ rate('c.award_paid_count', 'c.award_count') }} end as payout_rate,
    {{ yuan(if_known('c.', 'money', 'paid_since_yuan')) }} as paid_since_yuan,
    a.have_applications,
    a.have_payments
from lines as l
cross join {{ ref('int_arrived') }} as a
left join counts as c on l.policy_id = c.policy_id and l.document = c.document and l.park = c.park
