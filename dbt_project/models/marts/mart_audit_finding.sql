-- Findings are never in a rate; each is held against the bound it breaks.
with
-- of the first document only: another text pays nothing
claims as (
    select c.*
    from {{ ref('fct_claim') }} as c
    inner join {{ ref('int_claims') }} as i on c.claim_id = i.claim_id
    where i.is_primary
),

-- the window ends with the document, not with a version of the clause
clauses as (
    select clause_key, max(last_day) over (partition by policy_id, document) as last_day from {{ ref('dim_clause') }}
),

applications as (select * from {{ ref('fct_application') }}),

payments as (select * from {{ ref('fct_payment') }}),

parks as (select * from {{ ref('dim_park') }}),

programs as (
    select
        clause_key,
        cast(json_extract_string(program, '$.may_float_up') as boolean) as may_float_up
    from {{ source('policy', 'clause') }}
),

paid as (
    select
        application_no,
        max(paid_on) as last_paid_on,
        count(*) filter (where amount_yuan > 0) as payment_count
    from payments
    group by application_no
),

claim_paid as (
    select
        c.*,
        l.last_day,
        coalesce(g.may_float_up, false) as may_float_up,
        max(p.paid_on) as last_paid_on,
        count(distinct p.application_no) filter (where a.paid_yuan > 0) as paid_application_count,
        min(p.application_no) as first_application_no,
        max(a.paid_yuan) as most_paid_yuan
    from claims as c
    inner join clauses as l
        on c.clause_key = l.clause_key
    inner join programs as g on l.clause_key = g.clause_key
    inner join payments as p on c.claim_id = p.claim_id
    inner join applications as a on p.application_no = a.application_no
    group by all
),

findings as (
    select
        'paid_not_eligible' as kind,
        'error' as severity,
        claim_id,
        first_application_no as application_no,
        last_paid_on as found_on,
        paid_yuan as amount_yuan,
        0 as limit_yuan,
        paid_yuan as at_stake_yuan,
        '不符合：' || outcome_reason as evidence
    from claim_paid
    where outcome = 'not_eligible' and paid_yuan > 0

    union all

    -- D5: 1a may float above its figure; such a payment needs the approval on file
    select
        case when may_float_up then 'float_needs_approval' else 'above_ceiling' end,
        case when may_float_up then 'note' else 'error' end,
        claim_id,
        first_application_no,
        last_paid_on,
        paid_yuan,
        ceiling_yuan,
        paid_yuan - ceiling_yuan,
        case when may_float_up then '特别重大项目可上浮，须见批准文件；' else '' end
        || '实付超过上限 ' || format('{:,.2f} 元', cast(paid_yuan - ceiling_yuan as double))
    from claim_paid
    where paid_yuan > ceiling_yuan

    union all

    select
        'paid_twice',
        'error',
        claim_id,
        first_application_no,
        last_paid_on,
        paid_yuan,
        ceiling_yuan,
        paid_yuan - most_paid_yuan,
        '同一事项由 ' || paid_application_count || ' 份申报获得拨付'
    from claim_paid
    where paid_application_count > 1

    union all

    -- D15: with what another city policy paid for the same matter, more than the higher of the two
    select
        'paid_twice',
        'error',
        claim_id,
        first_application_no,
        last_paid_on,
        paid_yuan,
        greatest(ceiling_yuan - other_award_yuan, 0),
        paid_yuan - greatest(ceiling_yuan - other_award_yuan, 0),
        '同一事项另获市级奖补 ' || format('{:,.2f} 元', cast(other_award_yuan as double)) || '，未作扣除'
    from claim_paid
    where other_award_yuan > 0 and paid_yuan > greatest(ceiling_yuan - other_award_yuan, 0)

    union all

    select
        'paid_late',
        'note',
        claim_id,
        first_application_no,
        last_paid_on,
        paid_yuan,
        ceiling_yuan,
        paid_yuan as at_stake_yuan,
        '拨付日 ' || last_paid_on || ' 晚于有效期末 ' || last_day
    from claim_paid
    where last_paid_on > last_day and paid_yuan > 0

    union all

    select
        'without_ground',
        case when a.paid_yuan > 0 then 'error' else 'note' end,
        null,
        a.application_no,
        coalesce(p.last_paid_on, a.submitted_on),
        coalesce(nullif(a.paid_yuan, 0), a.requested_yuan),
        0,
        coalesce(nullif(a.paid_yuan, 0), a.requested_yuan),
        case when a.paid_yuan > 0 then '已拨付，但' else '' end || a.without_ground_reason
    from applications as a
    left join paid as p on a.application_no = p.application_no
    where a.is_without_ground

    union all

    select
        'without_ground',
        'error',
        null,
        p.application_no,
        p.paid_on,
        p.amount_yuan,
        0,
        p.amount_yuan as at_stake_yuan,
        '拨付单所列申报编号不在申报记录：' || p.payment_no
    from payments as p
    left join applications as a on p.application_no = a.application_no
    where a.application_no is null

    union all

    -- D4: less than the floor is the finding, more is not
    select
        'below_floor',
        'error',
        claim_id,
        null,
        qualified_on,
        paid_yuan,
        floor_yuan,
        floor_yuan - paid_yuan,
        '已获租金补贴低于年租金的50%'
    from claims
    where is_below_floor
)

select
    md5(concat_ws('|', f.kind, f.claim_id, f.application_no, f.found_on, f.evidence)) as finding_id,
    f.kind,
    f.severity,
    coalesce(c.policy_id, a.policy_id) as policy_id,
    f.claim_id,
    f.application_no,
    coalesce(c.enterprise_id, a.enterprise_id) as enterprise_id,
    coalesce(c.enterprise_name, a.enterprise_name) as enterprise_name,
    coalesce(c.park_id, a.park_id) as park_id,
    p.park_name,
    c.district_code,
    coalesce(c.clause_id, a.clause_id) as clause_id,
    f.found_on,
    {{ yuan('f.amount_yuan') }} as amount_yuan,
    {{ yuan('f.limit_yuan') }} as limit_yuan,
    f.evidence,
    {{ yuan('f.at_stake_yuan') }} as at_stake_yuan,
    c.qualified_on,
    c.outcome,
    case when c.outcome = 'not_eligible' then c.outcome_reason end as outcome_reason,
    c.ceiling_yuan,
    c.floor_yuan,
    {{ yuan('nullif(c.other_award_yuan, 0)') }} as other_award_yuan,
    c.last_status
from findings as f
left join claims as c on f.claim_id = c.claim_id
left join applications as a on f.application_no = a.application_no
left join parks as p on coalesce(c.park_id, a.park_id) = p.park_id
