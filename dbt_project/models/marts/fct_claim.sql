with
claims as (select * from {{ ref('int_claims') }}),

conditions as (select * from {{ source('policy', 'condition') }}),

clauses as (select * from {{ source('policy', 'clause') }}),

counted as (select * from {{ ref('int_claims_counted') }}),

bounds as (select * from {{ ref('int_claim_bounds') }}),

money as (select * from {{ ref('int_claim_money') }}),

enterprises as (select * from {{ ref('stg_enterprises') }}),

parks as (select * from {{ ref('dim_park') }}),

others as (select * from {{ ref('int_other_awards') }}),

windows as (select * from {{ ref('int_claim_windows') }}),

arrived as (select * from {{ ref('int_arrived') }}),

forfeited as (
    select
        claim_id,
        sum(forfeited_yuan) as forfeited_yuan,
        {{ joined("'第' || instalment_no || '期' || coalesce('（' || reason || '）', '')", '、', 'instalment_no') }} as words
    from {{ ref('int_claim_instalments') }}
    where is_forfeited
    group by claim_id
),

-- Rent: the park reports the subsidy a tenant got. One rent year may ground both 10b.1 and 10b.2: its money is counted
-- once, on the claim that has a floor if it may stand. The same money may also stand in payments: the larger counts.
subsidies as (
    select
        claim_id,
        subsidy_yuan > 0 as is_subsidised,
        case
            when row_number() over (
                partition by policy_id, document, event_id
                order by outcome_code = 3 nulls last, floor_yuan is null nulls last, clause_order nulls last, claim_id nulls last
            ) = 1 then subsidy_yuan
        end as subsidy_yuan
    from claims
    where subsidy_yuan is not null
),

settled as (
    select
        c.claim_id,
        case
            when m.application_count > 0 or s.is_subsidised then true
            when a.have_applications then false
        end as is_applied,
        case when m.approved_yuan > 0 then true when a.have_applications then false end as is_approved,
        -- more refunded than was paid stays below nothing: sums add up to the orders
        case when s.subsidy_yuan > 0 then greatest(coalesce(m.paid_yuan, 0), s.subsidy_yuan) else coalesce(m.paid_yuan, 0) end
            as paid_yuan,
        s.subsidy_yuan,
        case
            when m.paid_yuan > 0 or s.subsidy_yuan > 0 then true
            when a.have_payments then false
        end as is_paid
    from claims as c
    left join money as m on c.claim_id = m.claim_id
    left join subsidies as s on c.claim_id = s.claim_id
    cross join arrived as a
)

select
    c.claim_id,
    c.clause_key,
    c.policy_id,
    c.document,
    c.clause_id,
    c.measure_no,
    c.event_id,
    c.enterprise_id,
    e.enterprise_name,
    c.park_id,
    p.park_name,
    c.district_code,
    c.qualified_on,
    cast(year(c.qualified_on) as bigint) as qualified_year,
    {{ words_of_outcome('c.outcome_code') }} as outcome,
    case when c.outcome_code = 0 then '书面条件全部符合' else k.says end || coalesce('；' || w.window_reason, '') as outcome_reason,
    b.ceiling_yuan,
    case
        when c.floor_yuan is not null then '下限：' || l.award_words
        when b.ceiling_yuan is null and l.amount_kind <> 'ceiling' then '金额未载明'
        when b.ceiling_yuan is null then '计算基数未知，或不在条文所列档次内，上限未知：' || l.award_words
            || coalesce('；' || b.reckoned_reason, '') || coalesce('；' || n.deduction_reason, '')
        else '上限：' || l.award_words || case when l.is_selective then '；分档择优，非当然享受' else '' end
            || coalesce('；' || b.reckoned_reason, '')
            || coalesce('；' || n.deduction_reason, '')
            || coalesce('；' || i.words || '不再兑付 ' || {{ words_of_yuan('i.forfeited_yuan') }}, '')
            || case when c.outcome_code in (1, 2) and o.other_yuan > 0 and l.other_awards is not null
                then '；同一事项另得市级奖补 ' || {{ words_of_yuan('o.other_yuan') }} || '，如符合则就高不重复（D15）' else '' end
            || case when o.unknown_level_yuan > 0 and l.other_awards is not null and l.reckoned_levels is null
                then '；同一事项另得资金层级未载明的奖补 ' || {{ words_of_yuan('o.unknown_level_yuan') }} || '，未扣除（D15）' else '' end
            || case when a.have_others or l.other_awards is null then '' else '；未收到其他市级奖补名单，未作扣除（D15）' end
    end as ceiling_reason,
    c.floor_yuan,
    l.payees,
    l.own_share,
    {{ yuan('b.net_ceiling_yuan - coalesce(i.forfeited_yuan, 0)') }} as net_ceiling_yuan,
    {{ yuan('case when l.other_awards is not null then coalesce(o.other_yuan, 0) else 0 end') }} as other_award_yuan,
    {{ yuan('coalesce(o.unknown_level_yuan, 0)') }} as unknown_level_award_yuan,
    {{ yuan('coalesce(o.other_level_yuan, 0)') }} as other_level_award_yuan,
    c.may_float_up,
    c.cancelled_on,
    n.superseded_by,
    n.superseded_reason,
    c.outcome_code = 0 and n.superseded_by is null and c.cancelled_on is null as is_counted,
    m.first_applied_on,
    m.last_status,
    case when a.have_applications then coalesce(m.application_count, 0) end as application_count,
    case when s.is_approved is not null then coalesce(m.approved_yuan, 0) end as approved_yuan,
    {{ yuan('case when s.is_paid is not null then s.paid_yuan end') }} as paid_yuan,
    m.first_paid_on,
    s.is_applied,
    s.is_approved,
    s.is_paid,
    -- a rent year is listed once: not again for an unstated share where the clause with a floor was applied for
    c.outcome_code = 0 and not s.is_applied and c.cancelled_on is null and coalesce(w.window_status <> 'missed', true)
    and not (
        l.kind = 'encouraged_local_award' and c.floor_yuan is null
        and coalesce(
            bool_or(s.is_applied and c.floor_yuan is not null) over (partition by c.policy_id, c.document, c.event_id), false
        )
    ) as is_outreach,
    -- D4: a shortfall under one yuan is rounding; an application still in process may yet be paid; what the park reported
    -- may be a part of it, so without payments nobody is short
    coalesce(
        c.outcome_code = 0 and s.is_applied and a.have_payments and c.floor_yuan - s.paid_yuan >= 1
        and coalesce(m.last_status, 'paid') in ('paid', 'rejected', 'withdrawn', 'clawed_back'),
        false
    ) as is_below_floor,
    {{ yuan('case when a.have_payments then greatest(c.floor_yuan - s.paid_yuan, 0) end') }} as floor_gap_yuan,
    {{ yuan('s.subsidy_yuan') }} as reported_subsidy_yuan,
    m.paid_yuan as ordered_yuan,
    m.paid_before_month_yuan as ordered_before_month_yuan,
    case
        when l.amount_kind = 'ceiling' and b.ceiling_yuan is null then 'unknown'
        else l.amount_kind
    end as amount_status,
    w.window_status
from claims as c
inner join clauses as l on c.clause_key = l.clause_key
inner join settled as s on c.claim_id = s.claim_id
inner join bounds as b on c.claim_id = b.claim_id
left join conditions as k on c.clause_key = k.clause_key and c.deciding_condition = k.condition_order
left join counted as n on c.claim_id = n.claim_id
left join money as m on c.claim_id = m.claim_id
left join forfeited as i on c.claim_id = i.claim_id
left join windows as w on c.claim_id = w.claim_id
left join others as o on c.claim_id = o.claim_id
left join enterprises as e on c.enterprise_id = e.enterprise_id
left join parks as p on c.park_id = p.park_id
cross join arrived as a
