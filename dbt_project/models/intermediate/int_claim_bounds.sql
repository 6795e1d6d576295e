-- What each claim comes to, and what counts of it: as counted, and of clauses reckoned from another as that one is counted
-- (a share of what it comes to, or up to a level less that), or of other payers' money for the same matter. While a claim of
-- that one is not settled, or its amount not known, or money of unknown level may be theirs, this one is not known.
with
claims as (select * from {{ ref('int_claims') }}),

counted as (select * from {{ ref('int_claims_counted') }}),

laws as (select * from {{ source('policy', 'clause') }}),

others as (select * from {{ ref('int_other_awards') }}),

arrived as (select * from {{ ref('int_arrived') }}),

reckoned as (
    select
        c.claim_id,
        c.policy_id,
        c.document,
        c.clause_id,
        c.event_id,
        c.enterprise_id,
        c.project_no,
        c.event_year,
        c.ceiling_yuan as level_yuan,
        l.reckoned_from,
        l.reckoned_by,
        l.reckoned_rate,
        l.reckoned_levels,
        l.cap_yuan
    from claims as c
    inner join laws as l on c.clause_key = l.clause_key
    where l.reckoned_from is not null or l.reckoned_levels is not null
),

had as (
    select
        r.claim_id,
        coalesce(sum(case when b.outcome_code = 0 then n.net_ceiling_yuan end), 0) as had_yuan,
        coalesce(bool_or(b.outcome_code in (1, 2) or (b.outcome_code = 0 and n.net_ceiling_yuan is null)), false) as is_open
    from reckoned as r
    left join claims as b
        on r.policy_id = b.policy_id and r.document = b.document and r.reckoned_from = b.clause_id
        and r.enterprise_id = b.enterprise_id
        and case r.reckoned_by
            when 'event' then r.event_id = b.event_id
            when 'project' then r.project_no = b.project_no
            when 'enterprise_year' then r.event_year = b.event_year
            else true
        end
    left join counted as n on b.claim_id = n.claim_id
    where r.reckoned_levels is null
    group by r.claim_id

    union all

    select
        r.claim_id,
        coalesce(o.other_level_yuan, 0) as had_yuan,
        not a.have_others or coalesce(o.unknown_level_yuan > 0, false) as is_open
    from reckoned as r
    cross join arrived as a
    left join others as o on r.claim_id = o.claim_id
    where r.reckoned_levels is not null
),

amounts as (
    select
        r.*,
        h.had_yuan,
        h.is_open,
        case
            when h.is_open then null
            when r.reckoned_rate is not null
                then least(round(h.had_yuan * cast(r.reckoned_rate as decimal(9, 8)), 2), coalesce(r.cap_yuan, 999999999999))
            when r.level_yuan is not null then greatest(r.level_yuan - h.had_yuan, 0)
        end as ceiling_yuan
    from reckoned as r
    inner join had as h on r.claim_id = h.claim_id
)

select
    c.claim_id,
    {{ yuan('case when a.claim_id is not null then a.ceiling_yuan else c.ceiling_yuan end') }} as ceiling_yuan,
    {{ yuan("case when n.claim_id is null then case when a.claim_id is not null then a.ceiling_yuan else c.ceiling_yuan end"
        ~ " when a.claim_id is null or a.ceiling_yuan is null then case when a.claim_id is null then n.net_ceiling_yuan end"
        ~ " when c.cancelled_on is not null then 0 else " ~ less_other('a.ceiling_yuan', 'coalesce(o.other_yuan, 0)', 'c.other_awards') ~ " end") }}
        as net_ceiling_yuan,
    case
        when a.is_open and a.reckoned_levels is not null
            then {{ payers_of('a.reckoned_levels') }} || '所付金额未定（未收到其他奖补名单，或资金层级未载明）'
        when a.reckoned_levels is not null and a.had_yuan = 0
            then {{ payers_of('a.reckoned_levels') }} || '未见付款，补足至此数'
        when a.reckoned_levels is not null
            then {{ payers_of('a.reckoned_levels') }} || '已付 ' || {{ words_of_yuan('a.had_yuan') }} || '，只补足差额'
        when a.is_open then '第 ' || a.reckoned_from || ' 条的金额未定'
        when a.reckoned_rate is not null then '第 ' || a.reckoned_from || ' 条计 ' || {{ words_of_yuan('a.had_yuan') }}
        when a.claim_id is not null then '已由第 ' || a.reckoned_from || ' 条计 ' || {{ words_of_yuan('a.had_yuan') }} || '，只补足差额'
    end as reckoned_reason
from claims as c
left join counted as n on c.claim_id = n.claim_id
left join amounts as a on c.claim_id = a.claim_id
left join others as o on c.claim_id = o.claim_id
