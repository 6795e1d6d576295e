-- Days that the law or a certificate names, and no others: what the text leaves out is said to be left out (未载明). What ran
-- out more than a year ago is left out.
{%- set columns = {
    'kind': 'string', 'policy_id': 'string', 'document': 'string', 'clause_id': 'string', 'claim_id': 'string', 'thing': 'string',
    'enterprise_id': 'string', 'park_id': 'string', 'district_code': 'string', 'what': 'string', 'note': 'string', 'opens_on': 'date',
    'due_on': 'date', 'actor': 'string', 'quote': 'string', 'decision_id': 'string', 'source': 'string', 'source_file': 'string',
    'row_no': 'bigint',
} %}
{#- each kind of days with the columns it has not -#}
{%- set kinds = {
    'policy_windows': ['clause_id', 'claim_id', 'enterprise_id', 'park_id', 'district_code', 'source_file', 'row_no'],
    'clause_windows': ['claim_id', 'enterprise_id', 'park_id', 'district_code', 'source_file', 'row_no'],
    'unclaimed': [],
    'rents': ['opens_on'],
    'time_limits': ['opens_on'],
    'parts': ['opens_on'],
    'certificates': ['policy_id', 'document', 'clause_id', 'claim_id', 'quote', 'decision_id'],
} %}
with
clauses as (select * from {{ source('policy', 'clause') }}),

conditions as (select * from {{ source('policy', 'condition') }}),

limits as (select * from {{ ref('int_claim_limits') }}),

claims as (select * from {{ ref('fct_claim') }}),

events as (select * from {{ ref('dim_event') }}),

enterprises as (select * from {{ ref('dim_enterprise') }}),

parks as (select * from {{ ref('dim_park') }}),

tenancies as (select * from {{ ref('fct_tenancy') }}),

spans as (select * from {{ ref('int_title_spans') }}),

instalments as (select * from {{ ref('fct_instalment') }}),

-- until when the policy stands for an event, by its own condition (D7)
validity as (
    select
        k.clause_key,
        min(k.last_day) as last_day,
        {{ of_first('k.quote', ['k.last_day', 'k.condition_order']) }} as quote,
        {{ of_first('k.decision_id', ['k.last_day', 'k.condition_order']) }} as decision_id
    from conditions as k
    where k.last_day is not null
    group by k.clause_key
),

policy_windows as (
    select
        'policy_window' as kind,
        c.policy_id,
        c.document,
        cast(null as string) as thing,
        c.policy_title || '（' || c.document_title || '）有效期' as what,
        '适用 ' || count(distinct c.clause_id) || ' 条条款；须在此日前（含当日）认定或发生' as note,
        min(c.first_day) as opens_on,
        v.last_day as due_on,
        'department' as actor,
        min(v.quote) as quote,
        min(v.decision_id) as decision_id,
        'policies' as source
    from validity as v
    inner join clauses as c on v.clause_key = c.clause_key
    group by c.policy_id, c.document, c.policy_title, c.document_title, v.last_day
),

-- of a clause whose text says when to apply: the window that is open or comes next
clause_windows as (
    select
        'application_window' as kind,
        policy_id,
        document,
        clause_id,
        clause_id as thing,
        title_zh || ' 申报期' as what,
        window_says as note,
        coalesce(c.window_first_day, {{ opening_of('c.due_on', 'c') }}) as opens_on,
        due_on,
        'department' as actor,
        window_quote as quote,
        window_decision as decision_id,
        'policies' as source
    from (
        select
            *,
            coalesce(window_last_day, {{ next_day_of_year(as_of(), 'window_yearly_last') }}) as due_on
        from clauses
        where first_day <= {{ as_of() }} and last_day >= {{ as_of() }}
    ) as c
    where due_on is not null
),

-- 应享未享: may be claimed and was not, until the day the text names for it, else while the policy stands
unclaimed as (
    select
        case when l.window_says is null then 'unclaimed' else 'claim_window' end as kind,
        c.policy_id,
        c.document,
        c.clause_id,
        c.claim_id,
        c.claim_id as thing,
        c.enterprise_id,
        c.park_id,
        c.district_code,
        v.event_title as what,
        coalesce(l.window_says, '申报截止日未载明；政策有效期至 ' || w.last_day) as note,
        coalesce(
            l.window_first_day,
            {{ opening_of('c.yearly_due_on', 'l') }},
            case when l.window_within_months is not null then c.qualified_on end,
            case when l.window_says is null then l.first_day end
        ) as opens_on,
        case
            when l.window_says is null then w.last_day
            else coalesce(
                l.window_last_day, c.yearly_due_on,
                {{ months_later('c.qualified_on', 'l.window_within_months') }}
            )
        end as due_on,
        l.beneficiary as actor,
        coalesce(l.window_quote, w.quote) as quote,
        case when l.window_says is null then w.decision_id else l.window_decision end as decision_id,
        v.source,
        v.source_file,
        v.row_no
    from (
        select
            o.*,
            {{ next_day_of_year('greatest(o.qualified_on, ' ~ as_of() ~ ')', 'y.window_yearly_last') }} as yearly_due_on
        from claims as o
        inner join clauses as y on o.clause_key = y.clause_key
        where o.is_outreach or (o.outcome = 'eligible' and o.window_status = 'missed')
    ) as c
    inner join clauses as l on c.clause_key = l.clause_key
    inner join events as v on c.event_id = v.event_id
    left join validity as w on c.clause_key = w.clause_key
),

-- conditions of claims whose days run out, no later than the policy itself lets an event lie
limited as (
    select
        c.*,
        m.condition_order,
        m.due_on as limit_on,
        w.last_day,
        k.says,
        k.quote,
        k.decision_id,
        w.decision_id as window_decision_id,
        l.beneficiary,
        v.event_kind,
        v.event_title,
        v.source,
        v.source_file,
        v.row_no
    from limits as m
    inner join claims as c on m.clause_key = c.clause_key and m.event_id = c.event_id
    inner join clauses as l on c.clause_key = l.clause_key
    inner join conditions as k on m.clause_key = k.clause_key and m.condition_order = k.condition_order
    inner join events as v on m.event_id = v.event_id
    left join validity as w on m.clause_key = w.clause_key
    where c.outcome <> 'not_eligible'
),

-- a tenancy once, by its last rent year on file; who has moved out has no year to come
rents as (
    select
        'rent_years' as kind,
        policy_id,
        document,
        clause_id,
        claim_id,
        clause_id || '|' || park_id || '|' || enterprise_id || '|' || limit_on as thing,
        enterprise_id,
        park_id,
        district_code,
        '租金补贴年限' as what,
        says || '：至 ' || year(limit_on) || ' 年' || case when last_day < limit_on
            then '；政策有效期至 ' || last_day || '，以后年度不在有效期内' || coalesce('（' || window_decision_id || '）', '') else '' end as note,
        case when last_day < limit_on then make_date(year(last_day), 12, 31) else limit_on end as due_on,
        'park' as actor,
        quote,
        decision_id,
        source,
        source_file,
        row_no,
        row_number() over (
            partition by policy_id, document, clause_id, park_id, enterprise_id, limit_on
            order by qualified_on desc nulls last, claim_id asc nulls last
        ) as choice
    from limited as r
    where
        event_kind = 'rent_year'
        and exists (
            select 1 from tenancies as t
            where
                t.park_id = r.park_id and t.enterprise_id = r.enterprise_id
                and coalesce(t.moved_out_on > {{ as_of() }}, true)
        )
),

time_limits as (
    select
        'time_limit' as kind,
        policy_id,
        document,
        clause_id,
        claim_id,
        claim_id || '|' || condition_order as thing,
        enterprise_id,
        park_id,
        district_code,
        event_title as what,
        says || '：' || limit_on || case when last_day < limit_on then '；政策有效期至 ' || last_day || '，以较早者计' else '' end as note,
        case when last_day < limit_on then last_day else limit_on end as due_on,
        beneficiary as actor,
        quote,
        decision_id,
        source,
        source_file,
        row_no
    from limited
    where event_kind <> 'rent_year'
),

-- parts of claims that may be claimed and are not paid yet: when they are to be paid
parts as (
    select
        'instalment' as kind,
        i.policy_id,
        i.document,
        i.clause_id,
        i.claim_id,
        i.claim_id || '|' || i.instalment_no as thing,
        i.enterprise_id,
        i.park_id,
        i.district_code,
        v.event_title as what,
        '第' || i.instalment_no || '期：' || i.says || coalesce('，至多 ' || {{ words_of_yuan('i.amount_yuan') }}, '')
        || case when i.paid_yuan > 0 then '，已付 ' || {{ words_of_yuan('i.paid_yuan') }} else '' end as note,
        i.due_on,
        'department' as actor,
        i.quote,
        i.decision_id,
        v.source,
        v.source_file,
        v.row_no
    from instalments as i
    inner join events as v on i.event_id = v.event_id
    where i.state in ('not_due', 'late', 'undetermined', 'unknown')
),

-- the last grant or renewal of a title, where its line prints a last day
certificates as (
    select
        'certificate' as kind,
        s.enterprise_id || '|' || s.list || '|' || coalesce(s.level, '') || '|' || s.title_item || '|' || s.begins_on as thing,
        s.enterprise_id,
        e.park_id,
        e.district_code,
        s.title_words as what,
        '名单载明有效期至 ' || s.stands_until as note,
        s.begins_on as opens_on,
        s.stands_until as due_on,
        'enterprise' as actor,
        'recognitions' as source,
        s.source_file,
        s.row_no,
        row_number() over (
            partition by s.enterprise_id, s.list, s.level, s.title_item
            order by
                s.begins_on desc nulls last, s.stands_until desc nulls last, s.source_file asc nulls last, s.row_no asc nulls last
        ) as choice,
        s.cancelled_on
    from spans as s
    inner join enterprises as e on s.enterprise_id = e.enterprise_id
    where s.list <> 'listing'
),

unioned as (
    {%- for kind, lacking in kinds.items() %}
    select {{ padded(columns, lacking) }}
    from {{ kind }}
    {%- if kind in ('rents', 'certificates') %}
    where choice = 1 {{- ' and cancelled_on is null' if kind == 'certificates' }}
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

current_clauses as (
    select
        policy_id,
        document,
        clause_id,
        title_zh,
        measure_no,
        departments
    from {{ ref('dim_clause') }}
    where is_current
)

select
    md5(concat_ws('|', u.kind, u.policy_id, u.document, u.thing)) as deadline_id,
    u.policy_id,
    u.document,
    u.kind,
    u.what,
    u.note,
    u.enterprise_id,
    e.enterprise_name,
    u.park_id,
    p.park_name,
    u.district_code,
    e.district_name,
    u.clause_id,
    l.title_zh,
    l.measure_no,
    l.departments,
    u.claim_id,
    u.opens_on,
    u.due_on,
    {{ days_between(as_of(), 'u.due_on') }} as days_left,
    {{ lead_band(days_between(as_of(), 'u.due_on')) }} as lead_band,
    u.actor,
    u.quote,
    u.decision_id,
    u.source,
    u.source_file,
    cast(u.row_no as bigint) as row_no
from unioned as u
left join enterprises as e on u.enterprise_id = e.enterprise_id
left join parks as p on u.park_id = p.park_id
left join current_clauses as l on u.policy_id = l.policy_id and u.document = l.document and u.clause_id = l.clause_id
where u.due_on >= {{ as_of() }} - 365
