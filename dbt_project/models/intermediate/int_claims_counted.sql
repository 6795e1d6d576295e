-- Which eligible claims count, and up to what: once per firm or park (D3, D16), 就高不重复 inside the policy (D14),
-- caps over several claims of a firm, less what was paid already: a park's lower award (D16), another city policy (D15).
with
claims as (select * from {{ ref('int_claims') }}),

money as (select * from {{ ref('int_claim_money') }}),

others as (select * from {{ ref('int_other_awards') }}),

decisions as (
    {{ decisions({
        'once_setting': 'D3', 'inside': 'D14', 'inside_group': 'D14.group', 'outside': 'D15', 'park_setting': 'D16'
    }) | indent(4) }}
),

eligible as (
    select
        c.*,
        d.once_setting,
        d.inside,
        d.inside_group,
        d.outside,
        d.park_setting,
        coalesce(m.paid_yuan, 0) as paid_yuan,
        -- without a decision on it nothing overlaps
        case when d.outside is not null then coalesce(o.other_yuan, 0) else 0 end as other_yuan,
        coalesce(c.once_group, c.clause_id) as group_id,
        case when c.once_per = 'park' then c.whole_park_id else c.enterprise_id end as group_member
    from claims as c
    left join money as m on c.claim_id = m.claim_id
    left join others as o on c.claim_id = o.claim_id
    left join decisions as d on c.policy_id = d.policy_id
    where c.outcome_code = 0
),

once as (
    select
        *,
        first_value(claim_id) over kept as once_claim_id,
        sum(paid_yuan) over whole as group_paid_yuan
    from eligible
    where once_per is not null
    window
        kept as (
            partition by policy_id, document, group_id, group_member
            order by case when once_keep = 'highest' then -ceiling_yuan else 0 end, qualified_on, clause_order, event_id
        ),
        whole as (partition by policy_id, document, group_id, group_member)
),

-- D14: the highest ceiling; ties: earlier qualifying day, then clause order
performance as (
    select
        e.claim_id,
        first_value(e.claim_id) over (
            partition by
                e.policy_id, e.document, e.enterprise_id,
                case when e.inside = 'per_year' then year(e.qualified_on) end
            order by e.ceiling_yuan desc, e.qualified_on asc, e.clause_order asc, e.event_id asc
        ) as highest_claim_id
    from eligible as e
    where
        e.inside <> 'off'
        and list_contains(string_split(e.inside_group, '、'), e.clause_id)
),

superseded as (
    select
        e.claim_id,
        case
            when o.once_claim_id <> e.claim_id then o.once_claim_id
            when p.highest_claim_id <> e.claim_id then p.highest_claim_id
        end as superseded_by,
        case
            when o.once_claim_id <> e.claim_id and e.once_per = 'park'
                then '同一园区不重复享受' || {{ cited('D16', 'e.park_setting') }}
            when o.once_claim_id <> e.claim_id and e.once_keep = 'highest' then '只享受一次，以上限最高的一项计'
            when o.once_claim_id <> e.claim_id
                then '一次性补助，以较早一项计' || {{ cited('D3', 'e.once_setting') }}
            when p.highest_claim_id <> e.claim_id then '业绩奖励就高不重复，同期另一项上限更高或更早（D14）'
        end as superseded_reason,
        -- D15: top_up pays the rest; replace pays all or nothing, whichever of the two is higher
        case
            when e.outside = 'replace' then case when e.other_yuan < e.ceiling_yuan then e.ceiling_yuan else 0 end
            else e.ceiling_yuan - e.other_yuan
        end - case when o.once_claim_id = e.claim_id then o.group_paid_yuan - e.paid_yuan else 0 end
            as own_ceiling_yuan,
        nullif(concat_ws(
            '；',
            case when e.other_yuan > 0 then '同一事项另得市级奖补 ' || e.other_yuan || ' 元，'
                || case when e.outside = 'replace' then '取高者，不补差（D15）' else '已扣除（D15）' end end,
            case when o.once_claim_id = e.claim_id and o.group_paid_yuan > e.paid_yuan
                then case when e.once_per = 'park' then '同一园区' else '同一企业该项一次性补助' end
                    || '已付 ' || (o.group_paid_yuan - e.paid_yuan) || ' 元，已扣除'
                    || case when e.once_per = 'park' then {{ cited('D16', 'e.park_setting') }}
                        else {{ cited('D3', 'e.once_setting') }} end
            end
        ), '') as deduction_reason
    from eligible as e
    left join once as o on e.claim_id = o.claim_id
    left join performance as p on e.claim_id = p.claim_id
),

-- a cap per enterprise (4a) or per enterprise and year (4b): the earlier claims use it up first
capped as (
    select
        e.claim_id,
        s.superseded_by,
        s.superseded_reason,
        s.deduction_reason,
        case
            when e.ceiling_yuan is null then null   -- 未载明 stays so: greatest(null, 0) would be 0
            when s.superseded_by is not null then 0
            when e.cap_scope = 'claim' then greatest(s.own_ceiling_yuan, 0)
            else greatest(least(s.own_ceiling_yuan, e.total_cap_yuan - coalesce(sum(greatest(s.own_ceiling_yuan, 0)) filter (
                where s.superseded_by is null
            ) over (
                partition by
                    e.policy_id, e.document, e.clause_id, e.enterprise_id,
                    case when e.cap_scope = 'enterprise_year' then e.event_year end
                order by e.qualified_on, e.event_id
                rows between unbounded preceding and 1 preceding
            ), 0)), 0)
        end as net_ceiling_yuan
    from eligible as e
    inner join superseded as s on e.claim_id = s.claim_id
)

select
    claim_id,
    superseded_by,
    superseded_reason,
    deduction_reason,
    {{ yuan('net_ceiling_yuan') }} as net_ceiling_yuan
from capped
