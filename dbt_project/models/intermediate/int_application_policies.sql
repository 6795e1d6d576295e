-- Which policy an application is made under: ids of clauses are those of a policy. The one it names; else the only one
-- that has the clause; of several the only one whose window holds the day of submission, else that of a qualifying day.
with
applications as (select * from {{ ref('stg_applications') }}),

claims as (select * from {{ ref('int_claims') }}
where is_primary
),

-- another text of a policy pays nothing: the first document's days count
clauses as (
    select
        policy_id,
        clause_id,
        min(first_day) as first_day,
        max(last_day) as last_day,
        count(*) over (partition by clause_id) > 1 as is_of_several
    from {{ source('policy', 'clause') }}
    where is_primary
    group by policy_id, clause_id
),

-- two equal joins, as in int_application_matches
qualified as (
    select a.application_no, c.policy_id, c.clause_id, c.qualified_on
    from applications as a
    inner join claims as c on a.clause_id = c.clause_id and a.enterprise_id = c.enterprise_id
    where a.submitted_on >= c.qualified_on
    union
    select a.application_no, c.policy_id, c.clause_id, c.qualified_on
    from applications as a
    inner join claims as c on a.clause_id = c.clause_id and a.park_id = c.park_id
    where c.beneficiary = 'park' and a.submitted_on >= c.qualified_on
),

qualified_within as (
    select distinct q.application_no, q.policy_id
    from qualified as q
    inner join clauses as l on q.policy_id = l.policy_id and q.clause_id = l.clause_id
    where l.is_of_several and q.qualified_on between l.first_day and l.last_day
),

options as (
    select
        a.application_no,
        a.clause_id,
        a.policy_named,
        {{ joined('l.policy_id', '、', 'l.policy_id') }} as policies,
        count(l.policy_id) as policy_count,
        max(l.policy_id) filter (where l.policy_id = a.policy_named) as named,
        max(l.policy_id) as any_of_them,
        count(*) filter (where a.submitted_on between l.first_day and l.last_day) as submitted_count,
        max(l.policy_id) filter (where a.submitted_on between l.first_day and l.last_day) as of_submission,
        count(q.policy_id) as qualified_count,
        max(q.policy_id) as of_qualifying
    from applications as a
    left join clauses as l on a.clause_id = l.clause_id
    left join qualified_within as q on a.application_no = q.application_no and l.policy_id = q.policy_id
    group by a.application_no, a.clause_id, a.policy_named
),

settled as (
    select
        o.*,
        k.policy_id is not null as is_known_policy,
        case
            when policy_named is not null then named
            when policy_count = 1 then any_of_them
            when submitted_count = 1 then of_submission
            when qualified_count = 1 then of_qualifying
        end as policy_id
    from options as o
    left join (select distinct policy_id from clauses) as k on o.policy_named = k.policy_id
)

select
    application_no,
    policy_id,
    case
        when policy_id is not null then null
        when policy_named is not null and not is_known_policy
            then '政策编号 ' || policy_named || ' 不在本市政策之列'
        when policy_named is not null then '政策 ' || policy_named || ' 没有条款 ' || clause_id
        when policy_count = 0 then '没有政策有条款 ' || clause_id
        else '条款 ' || clause_id || ' 见于 ' || policies || '，申报未写政策编号，按提交日和资格日都不能确定是哪一项政策'
    end as unsettled_reason
from settled
