-- A budget's year and what became of it. What is under way (approved, applied for, still to be claimed) falls on the year the
-- build stands in or on a later one, never on one that is over: it is told of that year alone.
{%- set new_year = 'make_date(cast(budget_year as integer), 1, 1)' %}
{%- set paid_a_day = rate('paid_within_yuan', 'day_count') %}
with
budgets as (
    select
        *,
        budget_year = cast(year({{ as_of() }}) as bigint) as is_of_the_day,
        make_date(cast(budget_year as integer), 12, 31) <= {{ as_of() }} as is_over,
        -- of the year up to the day, the day among it
        {{ days_between(new_year, as_of()) }} + 1 as day_count,
        {{ days_between(new_year, 'make_date(cast(budget_year as integer), 12, 31)') }} + 1 as days_of_year
    from {{ ref('int_budgets') }}
),

spent as (
    select
        policy_id,
        budget_year,
        measure_no,
        sum(amount_yuan) as paid_yuan,
        sum(case when is_within_budget then amount_yuan else 0 end) as paid_within_yuan,
        sum(case when payer_level = 'district' then amount_yuan else 0 end) as paid_by_districts_yuan
    from {{ ref('int_budget_payments') }}
    {{ by_measure_and_whole() }}
),

clauses as (select * from {{ ref('int_primary_clauses') }}),

under_way as (
    select
        a.policy_id,
        cast(year({{ as_of() }}) as bigint) as budget_year,
        c.measure_no,
        case when a.status = 'approved' then greatest(a.approved_yuan - coalesce(a.paid_yuan, 0), 0) end as approved_yuan,
        a.status = 'approved' and a.approved_yuan is null as is_approved_unstated,
        case when a.status <> 'approved' then a.requested_yuan end as applied_yuan,
        a.status <> 'approved' as is_applied,
        cast(null as decimal(18, 2)) as claimable_yuan,
        false as is_claimable
    from {{ ref('fct_application') }} as a
    inner join clauses as c on a.policy_id = c.policy_id and a.clause_id = c.clause_id
    where a.status in ('submitted', 'returned', 'accepted', 'in_review', 'public_notice', 'approved')

    union all

    select
        f.policy_id,
        cast(year({{ as_of() }}) as bigint) as budget_year,
        f.measure_no,
        null as approved_yuan,
        false as is_approved_unstated,
        null as applied_yuan,
        false as is_applied,
        f.net_ceiling_yuan as claimable_yuan,
        true as is_claimable
    from {{ ref('fct_claim') }} as f
    inner join clauses as c on f.policy_id = c.policy_id and f.clause_id = c.clause_id and f.document = c.document
    where f.is_outreach
),

waiting as (
    select
        policy_id,
        budget_year,
        measure_no,
        coalesce(sum(approved_yuan), 0) as approved_unpaid_yuan,
        count(*) filter (where is_approved_unstated) as approved_unstated_count,
        coalesce(sum(applied_yuan), 0) as applied_yuan,
        count(*) filter (where is_applied) as applied_count,
        count(*) filter (where is_applied and applied_yuan is null) as applied_unstated_count,
        coalesce(sum(claimable_yuan), 0) as claimable_yuan,
        count(*) filter (where is_claimable) as claimable_count,
        count(*) filter (where is_claimable and claimable_yuan is null) as claimable_unstated_count
    from under_way
    {{ by_measure_and_whole() }}
),

beside as (
    select
        b.*,
        case when w.have_payments then coalesce(s.paid_yuan, 0) end as paid_yuan,
        case when w.have_payments then coalesce(s.paid_within_yuan, 0) end as paid_within_yuan,
        case when w.have_payments then coalesce(s.paid_by_districts_yuan, 0) end as paid_by_districts_yuan,
        {%- set names = [
            'approved_unpaid_yuan', 'approved_unstated_count', 'applied_yuan', 'applied_count', 'applied_unstated_count', 'claimable_yuan',
            'claimable_count', 'claimable_unstated_count'
        ] %}
        {%- for name in names %}
        case when w.have_applications and b.is_of_the_day then coalesce(u.{{ name }}, 0) end
            as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from budgets as b
    cross join {{ ref('int_arrived') }} as w
    left join spent as s
        on b.policy_id = s.policy_id and b.budget_year = s.budget_year and b.measure_no is not distinct from s.measure_no
    left join waiting as u
        on b.policy_id = u.policy_id and b.budget_year = u.budget_year and b.measure_no is not distinct from u.measure_no
),

paced as (
    select
        *,
        budget_yuan - paid_within_yuan as left_yuan,
        case
            when is_over then 'over'
            when not is_of_the_day then 'not_begun'
            when budget_yuan is null or paid_within_yuan is null then 'unknown'
            when paid_within_yuan >= budget_yuan then 'exhausted'
            when day_count < {{ least_days_of_a_pace() }} then 'too_early'
            when paid_within_yuan <= 0 then 'nothing_paid'
            when {{ rate('budget_yuan', 'paid_within_yuan') }} * day_count <= days_of_year then 'runs_out'
            else 'lasts'
        end as pace_status
    from beside
)

select
    concat_ws('|', policy_id, cast(budget_year as string), coalesce(cast(measure_no as string), 'all')) as budget_key,
    policy_id,
    budget_year,
    measure_no,
    measure_title,
    budget_basis,
    {{ yuan('first_yuan') }} as first_yuan,
    {{ yuan('adjusted_yuan') }} as adjusted_yuan,
    {{ yuan('budget_yuan') }} as budget_yuan,
    decided_on,
    {{ yuan('paid_yuan') }} as paid_yuan,
    {{ yuan('paid_by_districts_yuan') }} as paid_by_districts_yuan,
    {{ yuan('paid_within_yuan') }} as paid_within_yuan,
    {{ rate('paid_within_yuan', 'budget_yuan') }} as execution_rate,
    {{ yuan('left_yuan') }} as left_yuan,
    {{ yuan('approved_unpaid_yuan') }} as approved_unpaid_yuan,
    approved_unstated_count,
    {{ yuan('applied_yuan') }} as applied_yuan,
    applied_count,
    applied_unstated_count,
    {{ yuan('claimable_yuan') }} as claimable_yuan,
    claimable_count,
    claimable_unstated_count,
    is_over,
    pace_status,
    case when pace_status in ('runs_out', 'lasts') then cast(day_count as bigint) end as pace_day_count,
    {{ yuan("case when pace_status in ('runs_out', 'lasts') then " ~ paid_a_day ~ " end") }} as pace_a_day_yuan,
    case when pace_status = 'runs_out' then
        {{ as_of() }} + cast(ceil({{ rate('left_yuan', paid_a_day) }}) as integer)
    end as runs_out_on
from paced
