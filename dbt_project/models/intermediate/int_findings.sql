-- What an audit finds, each finding with the bound it breaks, its words, and the money behind it: `parts` says how much of
-- the sum in question lies on which claim (or application that has none). Money that was not paid is in no part, so that
-- a total over parts counts each yuan that was paid once. Of the first document only: another text pays nothing.
with
-- the window ends with the document, not with a version of the clause
clauses as (
    select clause_key, award_words, max(last_day) over (partition by policy_id, document) as last_day
    from {{ ref('dim_clause') }}
),

applications as (select * from {{ ref('fct_application') }}),

payments as (select * from {{ ref('fct_payment') }}),

-- an order's application may be one of them: that is told, not taken for granted
quarantined as (
    select count(distinct concat_ws('|', source_file, sheet, row_no)) as row_count
    from {{ ref('mart_quarantine') }}
    where source = 'applications' and mended_by_file is null
),

paid as (
    select
        application_no,
        max(claim_id) as claim_id,
        max(paid_on) as last_paid_on,
        sum(amount_yuan) as paid_yuan,
        sum(amount_yuan) filter (where amount_yuan > 0) as orders_yuan,
        {{ joined('payment_no', '、', 'payment_no') }} as payment_nos
    from payments
    group by application_no
),

-- orders that say they pay a part (期次) the claim has not; what is paid at once has one
beyond_parts as (
    select
        o.claim_id,
        max(o.instalment_no) as named_no,
        coalesce(max(p.part_count), 1) as part_count,
        sum(o.amount_yuan) as beyond_yuan
    from payments as o
    left join (
        select
            claim_id,
            count(*) as part_count
        from {{ ref('int_claim_instalments') }}
        group by claim_id
    ) as p on o.claim_id = p.claim_id
    where o.instalment_no > coalesce(p.part_count, 1)
    group by o.claim_id
),

claims as (
    select
        c.*,
        i.event_year,
        i.whole_park_id,
        i.project_no,
        p.parts_due_on,
        i.cap_scope,
        i.total_cap_yuan,
        i.once_per,
        i.once_keep,
        i.once_group,
        i.once_decision,
        i.repeat,
        i.repeat_decision,
        l.award_words,
        l.last_day,
        i.overlap,
        i.other_awards
    from {{ ref('fct_claim') }} as c
    inner join {{ ref('int_claims') }} as i on c.claim_id = i.claim_id
    inner join clauses as l on c.clause_key = l.clause_key
    left join (
        select
            claim_id,
            max(due_on) as parts_due_on
        from {{ ref('int_claim_instalments') }}
        group by claim_id
    ) as p on c.claim_id = p.claim_id
    where i.is_primary
),

claim_paid as (
    select
        c.*,
        {{ less_other('c.ceiling_yuan', 'c.other_award_yuan', 'c.other_awards') }} as left_yuan,
        p.last_paid_on,
        p.paid_application_count,
        p.first_application_no,
        p.most_paid_yuan,
        p.payment_nos
    from claims as c
    inner join (
        select
            claim_id,
            max(last_paid_on) as last_paid_on,
            count(*) filter (where paid_yuan > 0) as paid_application_count,
            min(application_no) as first_application_no,
            max(paid_yuan) as most_paid_yuan,
            {{ joined('payment_nos', '、', 'application_no') }} as payment_nos
        from paid
        group by claim_id
    ) as p on c.claim_id = p.claim_id
),

of_one_claim as (
    select
        'paid_not_eligible' as kind,
        'error' as severity,
        *,
        0 as limit_yuan,
        paid_yuan as at_stake_yuan,
        '不符合：' || outcome_reason as evidence,
        null as against   -- of one kind twice of a claim: what it is held against
    from claim_paid
    where outcome = 'not_eligible' and paid_yuan > 0

    union all

    -- D5: a project that may float above its figure; such a payment needs the approval on file
    select
        case when may_float_up then 'float_needs_approval' else 'above_ceiling' end,
        case when may_float_up then 'note' else 'error' end,
        *,
        ceiling_yuan,
        paid_yuan - ceiling_yuan,
        case when may_float_up then '特别重大项目可上浮，须见批准文件（D5）；' else '' end
        || '实付超过上限 ' || {{ words_of_yuan('paid_yuan - ceiling_yuan') }},
        null
    from claim_paid
    where paid_yuan > ceiling_yuan

    union all

    select
        'paid_twice',
        'error',
        *,
        ceiling_yuan,
        paid_yuan - most_paid_yuan,
        '同一事项由 ' || paid_application_count || ' 份申报获得拨付',
        'application'
    from claim_paid
    where paid_application_count > 1 and paid_yuan > most_paid_yuan

    union all

    -- D15: with what another city policy paid for the same matter, more than the higher of the two
    select
        'paid_twice',
        'error',
        *,
        left_yuan,
        paid_yuan - left_yuan,
        '同一事项另获市级奖补 ' || {{ words_of_yuan('other_award_yuan') }} || '，未作扣除（D15）',
        'other_award'
    from claim_paid
    where other_award_yuan > 0 and paid_yuan > left_yuan

    union all

    select
        'paid_late',
        'note',
        *,
        ceiling_yuan,
        paid_yuan,
        '拨付日 ' || last_paid_on || ' 晚于有效期末 ' || last_day,
        null
    from claim_paid
    where last_paid_on > greatest(last_day, coalesce(parts_due_on, last_day)) and paid_yuan > 0

    union all

    select
        'outside_window',
        'error',
        *,
        0,
        paid_yuan,
        outcome_reason,
        null
    from claim_paid
    where window_status = 'outside' and paid_yuan > 0

    union all

    select
        'unknown_part',
        'note',
        c.*,
        c.ceiling_yuan,
        b.beyond_yuan,
        '拨付写明第 ' || b.named_no || ' 期，本项只有 ' || b.part_count || ' 期：已按各期先后计入',
        null
    from claim_paid as c
    inner join beyond_parts as b on c.claim_id = b.claim_id
    where c.outcome <> 'not_eligible' and b.beyond_yuan > 0

    union all

    select
        'paid_on_cancelled_title',
        'note',
        *,
        0,
        paid_yuan,
        '称号已于 ' || cancelled_on || ' 取消（D19），此前此后合计已付 ' || {{ words_of_yuan('paid_yuan') }},
        null
    from claim_paid
    where cancelled_on is not null and paid_yuan > 0
),

under_bounds as (
    select
        b.*,
        {{ all_but(['claim_id'], of='c') }},
        sum(c.paid_yuan) over (partition by b.bound_id) as bound_paid_yuan,
        -- what a claim was paid above its own bound is found there
        sum(least(c.paid_yuan, coalesce(c.ceiling_yuan, c.paid_yuan))) over (partition by b.bound_id) as within_own_yuan,
        sum(c.paid_yuan) over (
            partition by b.bound_id
            order by
                c.last_paid_on desc nulls last, c.superseded_by is not null desc nulls last,
                c.qualified_on desc nulls last, b.claim_id asc nulls last
            rows between unbounded preceding and 1 preceding
        ) as paid_later_yuan
    from ({{ bounds_over_claims('claims') | indent(4) }}) as b
    inner join claim_paid as c on b.claim_id = c.claim_id
    where c.paid_yuan > 0
),

-- the money paid last is the money above the bound
shared as (
    select
        *,
        greatest(least(paid_yuan, bound_paid_yuan - limit_yuan - coalesce(paid_later_yuan, 0)), 0) as part_yuan
    from under_bounds
    where within_own_yuan > limit_yuan
),

of_several_claims as (
    select
        kind,
        'error' as severity,
        {{ of_first('claim_id', ['coalesce(paid_later_yuan, 0)', 'claim_id']) }} as claim_id,
        {{ of_first('first_application_no', ['coalesce(paid_later_yuan, 0)', 'claim_id']) }} as application_no,
        max(last_paid_on) as found_on,
        max(bound_paid_yuan) as amount_yuan,
        max(limit_yuan) as limit_yuan,
        max(bound_paid_yuan - limit_yuan) as at_stake_yuan,
        max(words) || '；'
        || {{ joined(
            "clause_id || '（' || qualified_on || '）已付 ' || " ~ words_of_yuan('paid_yuan'), '、',
            'qualified_on nulls last, clause_id nulls last, claim_id'
        ) }}
        || '，合计超过上限 ' || {{ words_of_yuan('max(limit_yuan)') }} as evidence,
        {{ listed(record({'unit': 'claim_id', 'yuan': yuan('part_yuan')}), 'claim_id', 'part_yuan > 0') }} as parts,
        {{ joined('payment_nos', '、', 'qualified_on nulls last, claim_id') }} as payment_nos,
        bound_id as subject
    from shared
    group by kind, bound_id
),

findings as (
    select
        kind,
        severity,
        claim_id,
        first_application_no as application_no,
        last_paid_on as found_on,
        paid_yuan as amount_yuan,
        limit_yuan,
        at_stake_yuan,
        evidence,
        {{ list_of([record({'unit': 'claim_id', 'yuan': yuan('at_stake_yuan')})]) }} as parts,
        payment_nos,
        concat_ws('|', policy_id, clause_id, event_id, against) as subject
    from of_one_claim

    union all

    select * from of_several_claims

    union all

    select
        'without_ground' as kind,
        case when a.paid_yuan > 0 then 'error' else 'note' end as severity,
        null as claim_id,
        a.application_no,
        coalesce(p.last_paid_on, a.submitted_on) as found_on,
        coalesce(nullif(a.paid_yuan, 0), a.requested_yuan) as amount_yuan,
        0 as limit_yuan,
        greatest(coalesce(nullif(a.paid_yuan, 0), a.requested_yuan), 0) as at_stake_yuan,
        case when a.paid_yuan > 0 then '已拨付，但' else '' end || a.without_ground_reason as evidence,
        case when a.paid_yuan > 0 then
            {{ list_of([record({'unit': 'a.application_no', 'yuan': yuan('a.paid_yuan')})]) }}
        end as parts,
        p.payment_nos,
        a.application_no as subject
    from applications as a
    left join paid as p on a.application_no = p.application_no
    where a.is_without_ground

    union all

    select
        'without_ground' as kind,
        'error' as severity,
        null as claim_id,
        p.application_no,
        p.last_paid_on as found_on,
        p.paid_yuan as amount_yuan,
        0 as limit_yuan,
        p.paid_yuan as at_stake_yuan,
        '拨付单所列申报编号不在申报记录：' || p.payment_nos
        || case when q.row_count > 0 then '；申报另有 ' || q.row_count || ' 行在隔离，可能在其中' else '' end as evidence,
        {{ list_of([record({'unit': 'p.application_no', 'yuan': yuan('p.paid_yuan')})]) }} as parts,
        p.payment_nos,
        p.application_no as subject
    from paid as p
    cross join quarantined as q
    left join applications as a on p.application_no = a.application_no
    where a.application_no is null and p.paid_yuan > 0

    union all

    -- more came back than had gone out: one of the orders is wrong
    select
        'refund_above_paid' as kind,
        'error' as severity,
        claim_id,
        application_no,
        last_paid_on as found_on,
        paid_yuan as amount_yuan,
        0 as limit_yuan,
        -paid_yuan as at_stake_yuan,
        '退回 ' || {{ words_of_yuan('coalesce(orders_yuan, 0) - paid_yuan') }} || '，多于已付 '
        || {{ words_of_yuan('coalesce(orders_yuan, 0)') }} || '：' || payment_nos as evidence,
        {{ list_of([record({'unit': 'application_no', 'yuan': yuan('-paid_yuan')})]) }} as parts,
        payment_nos,
        application_no as subject
    from paid
    where paid_yuan < 0

    union all

    -- D4: less than the floor is the finding, more is not
    select
        'below_floor' as kind,
        'error' as severity,
        claim_id,
        null as application_no,
        qualified_on as found_on,
        paid_yuan as amount_yuan,
        floor_yuan as limit_yuan,
        floor_yuan - paid_yuan as at_stake_yuan,
        '已获租金补贴低于年租金的50%' as evidence,
        null as parts,
        null as payment_nos,
        concat_ws('|', policy_id, clause_id, event_id) as subject
    from claims
    where is_below_floor
)

select
    -- of what it is about, never of what a later order or file moves: people's word on a finding outlives builds
    md5(kind || '|' || subject) as finding_id,
    kind,
    severity,
    claim_id,
    application_no,
    found_on,
    {{ yuan('amount_yuan') }} as amount_yuan,
    {{ yuan('limit_yuan') }} as limit_yuan,
    {{ yuan('at_stake_yuan') }} as at_stake_yuan,
    evidence,
    parts,
    payment_nos
from findings
