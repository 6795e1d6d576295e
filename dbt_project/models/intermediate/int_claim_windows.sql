-- Whether an application came inside the window of its clause, where the text makes that a condition (逾期不予受理): a row per
-- claim of such a clause. Each year has a window of its own, so that nobody misses those of all years.
with
claims as (select * from {{ ref('int_claims') }}),

clauses as (
    select * from {{ source('policy', 'clause') }}
    where window_lapses
),

matches as (select * from {{ ref('int_application_matches') }}),

applications as (select * from {{ ref('stg_applications') }}),

payments as (select distinct application_no from {{ ref('stg_payments') }}),

arrived as (select * from {{ ref('int_arrived') }}),

windows as (
    select
        c.claim_id,
        l.window_yearly_first,
        l.window_yearly_last,
        case when l.window_within_months is not null then c.qualified_on else l.window_first_day end as opens_on,
        coalesce(
            l.window_last_day, {{ months_later('c.qualified_on', 'l.window_within_months') }}
        ) as closes_on
    from claims as c
    inner join clauses as l on c.clause_key = l.clause_key
),

-- drafts are no applications, unless they were paid
applied as (
    select
        w.claim_id,
        min(a.submitted_on) as first_applied_on,
        bool_or(case
            when w.window_yearly_last is null
                then a.submitted_on <= w.closes_on and coalesce(a.submitted_on >= w.opens_on, true)
            -- over the turn of the year
            when w.window_yearly_first > w.window_yearly_last
                then a.submitted_on >= {{ day_of_year('year(a.submitted_on)', 'w.window_yearly_first') }}
                    or a.submitted_on <= {{ day_of_year('year(a.submitted_on)', 'w.window_yearly_last') }}
            else a.submitted_on >= {{ day_of_year('year(a.submitted_on)', 'w.window_yearly_first') }}
                and a.submitted_on <= {{ day_of_year('year(a.submitted_on)', 'w.window_yearly_last') }}
        end) as is_within
    from windows as w
    inner join matches as m on w.claim_id = m.claim_id
    inner join applications as a on m.application_no = a.application_no
    left join payments as p on a.application_no = p.application_no
    where a.status <> 'draft' or p.application_no is not null
    group by w.claim_id
),

judged as (
    select
        w.*,
        a.first_applied_on,
        case
            when not r.have_applications or (w.closes_on is null and w.window_yearly_last is null) then 'unknown'
            when a.claim_id is not null then case when a.is_within then 'within' else 'outside' end
            when w.closes_on < {{ as_of() }} then 'missed'
            else 'open'
        end as window_status
    from windows as w
    cross join arrived as r
    left join applied as a on w.claim_id = a.claim_id
)

select
    claim_id,
    window_status,
    case window_status
        when 'missed' then '申报期至 ' || closes_on || '，未申报，已过期'
        when 'outside' then first_applied_on || ' 申报，不在申报期内' || coalesce('（至 ' || closes_on || '）', '')
        when 'unknown' then '是否在申报期内不能确认'
    end as window_reason
from judged
