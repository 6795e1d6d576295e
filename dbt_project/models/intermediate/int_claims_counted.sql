-- Which eligible claims count, and up to what: once per firm or park (D3, D16), 就高不重复 inside the policy (D14),
-- years of one firm that add only what exceeds the years before (D2a), titles that add what exceeds those before, caps over
-- several claims of a firm or a project, less what was paid already: on the claims superseded (D14), a park's earlier
-- award (D16), another city policy (D15). A title that was cancelled is not counted and supersedes nothing (D19).
with
claims as (select * from {{ ref('int_claims') }}),

money as (select * from {{ ref('int_claim_money') }}),

others as (select * from {{ ref('int_other_awards') }}),

caps as (select * from {{ source('policy', 'cap') }}),

known as (
    select
        c.*,
        coalesce(m.paid_yuan, 0) as paid_yuan,
        m.first_paid_on,
        -- without a decision on it nothing overlaps
        case when c.other_awards is not null then coalesce(o.other_yuan, 0) else 0 end as other_yuan,
        coalesce(c.once_group, c.clause_id) as group_id,
        case when c.once_per = 'park' then c.whole_park_id else c.enterprise_id end as group_member
    from claims as c
    left join money as m on c.claim_id = m.claim_id
    left join others as o on c.claim_id = o.claim_id
),

eligible as (
    select * from known
    where outcome_code = 0 and cancelled_on is null
),

once as (
    select
        *,
        first_value(claim_id) over (
            partition by policy_id, document, group_id, group_member
            order by
                case when once_keep = 'highest' then -ceiling_yuan else 0 end nulls last,
                qualified_on nulls last, clause_order nulls last, event_id nulls last
        ) as once_claim_id
    from eligible
    where once_per is not null and once_keep <> 'increase'
),

-- D16: what was paid earlier for the park, whatever became of that claim; never what was paid later
paid_before as (
    select
        o.claim_id,
        sum(k.paid_yuan + k.other_yuan) as before_yuan
    from once as o
    inner join known as k
        on o.policy_id = k.policy_id
        and o.document = k.document
        and o.group_id = k.group_id
        and o.group_member = k.group_member
        and o.qualified_on > k.qualified_on
        and coalesce(o.first_paid_on >= k.first_paid_on, true)
    where
        o.once_claim_id = o.claim_id and o.once_keep = 'highest'
        and k.once_per is not null and k.paid_yuan + k.other_yuan > 0
    group by o.claim_id
),

-- D14: the highest ceiling; ties: earlier qualifying day, then clause order
performance as (
    select
        e.claim_id,
        e.paid_yuan,
        first_value(e.claim_id) over (
            partition by
                e.policy_id, e.document, e.enterprise_id,
                case when e.overlap = 'per_year' then year(e.qualified_on) end
            order by
                e.ceiling_yuan desc nulls last, e.qualified_on asc nulls last,
                e.clause_order asc nulls last, e.event_id asc nulls last
        ) as highest_claim_id
    from eligible as e
    left join once as o on e.claim_id = o.claim_id
    where
        e.overlap is not null
        and coalesce(o.once_claim_id = e.claim_id, true)
),

paid_on_others as (
    select highest_claim_id as claim_id, sum(paid_yuan) as others_yuan
    from performance
    where claim_id <> highest_claim_id
    group by highest_claim_id
),

superseded as (
    select
        e.claim_id,
        case
            when o.once_claim_id <> e.claim_id then o.once_claim_id
            when p.highest_claim_id <> e.claim_id then p.highest_claim_id
        end as superseded_by,
        case
            when o.once_claim_id <> e.claim_id then {{ once_words('e') }}
            when p.highest_claim_id <> e.claim_id then '业绩奖励就高不重复（D14）'
        end as rule_words,
        coalesce(b.before_yuan, 0) as before_yuan,
        coalesce(t.others_yuan, 0) as others_yuan
    from eligible as e
    left join once as o on e.claim_id = o.claim_id
    left join performance as p on e.claim_id = p.claim_id
    left join paid_before as b on e.claim_id = b.claim_id
    left join paid_on_others as t on e.claim_id = t.claim_id
),

-- D2a: of the years of one firm the highest ceiling counts once; only what exceeds the years before is added
raised as (
    select
        e.*,
        s.superseded_by,
        s.rule_words,
        s.before_yuan,
        s.others_yuan,
        case when e.repeat = 'increase' then least(coalesce(max(e.ceiling_yuan) over (
            partition by e.policy_id, e.document, e.clause_id, e.enterprise_id
            order by e.event_year nulls last, e.qualified_on nulls last, e.event_id nulls last
            rows between unbounded preceding and 1 preceding
        ), 0), e.ceiling_yuan) else 0 end as years_before_yuan,
        -- one whose amount is not known takes nothing from those that are: what it adds is not known
        case when e.once_keep = 'increase' then least(coalesce(max(e.ceiling_yuan) over (
            partition by e.policy_id, e.document, e.group_id, e.group_member
            order by e.qualified_on nulls last, e.clause_order nulls last, e.event_id nulls last
            rows between unbounded preceding and 1 preceding
        ), 0), e.ceiling_yuan) else 0 end as titles_before_yuan
    from eligible as e
    inner join superseded as s on e.claim_id = s.claim_id
),

own as (
    select
        *,
        {{ less_other('ceiling_yuan - greatest(years_before_yuan, titles_before_yuan)', 'other_yuan', 'other_awards') }}
        - before_yuan - others_yuan
            as own_ceiling_yuan
    from raised
),

-- what a claim comes to before the caps it shares with others
asking as (
    select
        *,
        case
            when ceiling_yuan is null then null   -- 未载明 stays so: greatest(null, 0) would be 0
            when superseded_by is not null then 0
            else greatest(own_ceiling_yuan, 0)
        end as asked_yuan
    from own
),

-- the bounds over it: of one clause (4a of a firm, 4b of a firm and year) or of several, of a firm, a firm and year, or a project
bounds as (
    select
        a.claim_id,
        a.policy_id || '|' || a.document || '|' || coalesce(a.enterprise_id, a.claim_id) as party,
        k.cap_yuan,
        k.says,
        -- a project that is not named is a bound of its own
        concat_ws(
            '|', k.cap_id, case when k.per = 'project' then coalesce(a.project_no, a.claim_id) end,
            case when k.per = 'enterprise_year' then a.event_year end
        ) as bound_id
    from asking as a
    inner join caps as k on a.clause_key = k.clause_key
    where a.superseded_by is null
),

numbered as (
    select
        *,
        dense_rank() over (partition by party order by bound_id nulls last) as bound_no
    from bounds
),

queued as (
    select
        b.party,
        b.claim_id,
        b.bounds,
        b.last_bound_no,
        a.asked_yuan,
        row_number() over (
            partition by b.party
            order by a.qualified_on nulls last, a.event_id nulls last, a.clause_order nulls last
        ) as place
    from (
        select
            party,
            claim_id,
            max(bound_no) as last_bound_no,
            {{ sorted_list(record(['bound_no', 'cap_yuan', 'says'])) }} as bounds
        from numbered
        group by party, claim_id
    ) as b
    inner join asking as a on b.claim_id = a.claim_id
    where a.asked_yuan is not null
),

queues as (
    select
        party,
        {{ numbers('1', 'max(last_bound_no)') }} as bound_nos,
        {{ sorted_list(record(['place', 'claim_id', 'asked_yuan', 'bounds'])) }} as claims
    from queued
    group by party
),

-- the earlier claims of a firm use their bounds up first, one after another: what one bound refuses takes no room under another
-- (a list in one pass: of a recursion Spark takes 100 levels, each a job; sqlfluff reads no lambda of two names)
filled as (
    select
        granted.claim_id,
        granted.granted_yuan,
        granted.says
    from (
        select {{ each_of(granted_in_turn('claims', 'bound_nos')) }} as granted   -- noqa: PRS
        from queues
    ) as in_turn
),

-- of a claim whose amount is not known: what the known ones leave under the tightest of its bounds
left_over as (
    select
        b.claim_id,
        min(greatest(b.cap_yuan - coalesce(u.used_yuan, 0), 0)) as left_yuan
    from bounds as b
    inner join asking as a on b.claim_id = a.claim_id and a.asked_yuan is null
    left join (
        select
            o.party,
            o.bound_id,
            sum(f.granted_yuan) as used_yuan
        from bounds as o
        inner join filled as f on o.claim_id = f.claim_id
        group by o.party, o.bound_id
    ) as u on b.party = u.party and b.bound_id = u.bound_id
    group by b.claim_id
),

capped as (
    select
        a.*,
        f.says as cap_says,
        l.left_yuan,
        coalesce(f.granted_yuan, a.asked_yuan) as net_ceiling_yuan
    from asking as a
    left join filled as f on a.claim_id = f.claim_id
    left join left_over as l on a.claim_id = l.claim_id
)

select
    c.claim_id,
    c.superseded_by,
    -- which claim counts instead, of which day, and by how much this one falls short of it
    c.rule_words || '：以 ' || s.clause_id || '（' || s.qualified_on || coalesce('，上限 ' || {{ words_of_yuan('s.ceiling_yuan') }}, '')
    || '）计，本项' || case
        when s.ceiling_yuan > c.ceiling_yuan then '上限低 ' || {{ words_of_yuan('s.ceiling_yuan - c.ceiling_yuan') }}
        when s.ceiling_yuan = c.ceiling_yuan then '上限相同而较后'
        else '较后'
    end || '，不计入合计' as superseded_reason,
    nullif(concat_ws(
        '；',
        case when c.years_before_yuan > 0 then '此前核算年度上限 ' || {{ words_of_yuan('c.years_before_yuan') }}
            || ' 已计，本年度只计超出部分' || coalesce('（' || c.repeat_decision || '）', '') end,
        case when c.titles_before_yuan > 0 then case when c.once_per = 'park' then '同一园区' else '同一企业' end
            || '此前已计 ' || {{ words_of_yuan('c.titles_before_yuan') }} || '，本项只计差额' || {{ once_cited('c') }} end,
        case when c.other_yuan > 0 then '同一事项另得市级奖补 ' || {{ words_of_yuan('c.other_yuan') }} || '，'
            || case when c.other_awards = 'replace' then '取高者，不补差（D15）' else '已扣除（D15）' end end,
        case when c.before_yuan > 0 then case when c.once_per = 'park' then '同一园区' else '同一企业' end
            || '此前已付 ' || {{ words_of_yuan('c.before_yuan') }} || '，已扣除' || {{ once_cited('c') }} end,
        case when c.others_yuan > 0
            then '不计入的业绩奖励已付 ' || {{ words_of_yuan('c.others_yuan') }} || '，已扣除（D14）' end,
        case when c.net_ceiling_yuan < c.asked_yuan then c.cap_says || '已用去一部分' end,
        case when c.left_yuan is not null then '金额未知，累计封顶内至多还余 ' || {{ words_of_yuan('c.left_yuan') }} end
    ), '') as deduction_reason,
    {{ yuan('c.net_ceiling_yuan') }} as net_ceiling_yuan
from capped as c
left join eligible as s on c.superseded_by = s.claim_id

union all

select
    claim_id,
    null as superseded_by,
    '称号已于 ' || cancelled_on || ' 取消，自该日起不计入合计（D19）' as superseded_reason,
    null as deduction_reason,
    {{ yuan('case when ceiling_yuan is not null then 0 end') }} as net_ceiling_yuan
from known
where outcome_code = 0 and cancelled_on is not null
