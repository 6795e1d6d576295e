-- Whether the firm of an event held, on its day, the titles that clauses ask about: 是, 否, or nothing where it is not known.
-- A title in doubt (past its years without a renewal, several firms on its line, a name that waits for a person) is not
-- known; that none was held is known only where the lists reach back as far as a first asks (D10).
with
events as (select * from {{ ref('int_events') }}),

spans as (select * from {{ ref('int_title_spans') }}),

lines as (
    select * from {{ ref('int_graded_lines') }}
    where enterprise_id is null and step in ('granted', 'renewed')
),

titles as (select * from {{ source('reference', 'title') }}),

levels as (select * from {{ source('reference', 'title_level') }}),

list_reach as (
    select * from {{ ref('int_list_reach') }}
    where is_today and level = needed_level
),

clauses as (select * from {{ source('policy', 'clause') }}),

enterprises as (select * from {{ ref('stg_enterprises') }}),

settings as (select cast(max(lookback_years) as integer) as lookback_years from clauses),

-- specialised_sme/provincial, cmmi/3, or a list of which any rank is enough
asked as (
    select distinct
        event_kind,
        asked_title,
        split_part(asked_title, '/', 1) as list,
        nullif(split_part(asked_title, '/', 2), '') as rank_word
    from (
        select {{ each_of('event_kinds') }} as event_kind, asked_title
        from (select event_kinds, {{ each_of('asked_titles') }} as asked_title from clauses) as c
    ) as k
),

ranked as (
    select
        a.*,
        t.title,
        t.rank_by,
        case t.rank_by
            when 'level' then v.level_rank
            when 'grade_up' then try_cast(a.rank_word as bigint)
            else 6 - try_cast(a.rank_word as bigint)
        end as least_rank
    from asked as a
    inner join titles as t on a.list = t.list
    left join levels as v on a.list = v.list and a.rank_word = v.level
),

-- as far as all the lists go on which it, or a higher one, would stand
reached as (
    select
        r.asked_title,
        max(case
            when l.is_first_round or (l.first_year is not null and l.reaches_back_to <= l.needed_back_to)
                then date '1900-01-01'
            when l.first_year is null then coalesce(l.reaches_back_to, date '9999-12-31')
            else date '9999-12-31'
        end) as reaches_back_to,
        min(case when l.is_yearly then coalesce(l.newest_on, date '1900-01-01') end) as newest_on,
        {{ joined("l.level_words || '名单' || coalesce(l.reach_words, '未收到')", '，', 'l.level_rank nulls last, l.title_item') }}
            as reach_words
    from (select distinct asked_title, list, least_rank from ranked) as r
    inner join titles as t on r.list = t.list
    left join list_reach as l
        on r.list = l.list and (t.rank_by <> 'level' or r.least_rank is null or r.least_rank <= l.level_rank)
    group by r.asked_title
),

questions as (
    select
        e.event_id,
        e.enterprise_id,
        e.qualified_on,
        r.asked_title,
        r.list,
        r.title,
        r.least_rank,
        -- what another city or province gave it before it came stands on lists of theirs
        r.rank_by = 'level' and coalesce(r.least_rank, 1) < 3
        and coalesce(f.settled_on is null or f.settled_on > f.registered_on, false) as may_stand_elsewhere
    from events as e
    inner join ranked as r on e.event_kind = r.event_kind
    left join enterprises as f on e.enterprise_id = f.enterprise_id
),

told as (
    select
        q.event_id,
        q.asked_title,
        s.begins_on,
        s.title_words || '，' || s.begins_on || ' 起' || coalesce('，至 ' || s.stands_until, '') as words,
        case
            when s.is_shared then '名单同一行列有多家，未载明由谁持有'
            when q.qualified_on > s.sure_until then '已过 ' || s.sure_until || '，此后未见复核'
            when q.least_rank is not null and s.title_rank is null then '未载明等级'
        end as doubt
    from questions as q
    inner join spans as s
        on q.enterprise_id = s.enterprise_id and q.list = s.list
        and q.qualified_on >= s.begins_on and coalesce(q.qualified_on <= s.stands_until, true)
        and coalesce(q.least_rank <= s.title_rank, true)

    union all

    select
        q.event_id,
        q.asked_title,
        l.published_on as begins_on,
        coalesce(l.enterprise_name, l.project_name) as words,
        '名单该行待人工认定，可能是本企业' as doubt
    from questions as q
    inner join (select *, {{ each_of(pieces_of('possible_firms', '|')) }} as subject_id from lines) as l
        on q.enterprise_id = l.subject_id and q.list = l.list
        and q.qualified_on >= l.published_on and coalesce(q.qualified_on <= l.valid_until, true)
        and coalesce(q.least_rank <= l.title_rank, true)
),

held as (
    select
        event_id,
        asked_title,
        bool_or(doubt is null) as is_certain,
        {{ of_last('told_words', ['doubt is null', 'begins_on', 'told_words']) }} as words
    from (select *, words || coalesce('（' || doubt || '）', '') as told_words from told) as t
    group by event_id, asked_title
),

judged as (
    select
        q.event_id,
        q.asked_title,
        case
            when h.is_certain then '是'
            when h.event_id is not null or q.enterprise_id is null or q.qualified_on is null or q.may_stand_elsewhere then null
            when {{ months_later('q.qualified_on', '-12 * s.lookback_years') }} >= r.reaches_back_to
                and coalesce(q.qualified_on <= {{ months_later('r.newest_on', 24) }}, true) then '否'
        end as answer,
        case
            when h.event_id is not null then h.words
            when q.qualified_on is null then '日期未载明'
            when q.may_stand_elsewhere then '迁入前所在地的名单未收到，不能确认是否持有' || q.title
            else '当日未见持有' || q.title || '：' || coalesce(r.reach_words, '名单未收到')
                || case
                    when {{ months_later('q.qualified_on', '-12 * s.lookback_years') }} >= r.reaches_back_to then ''
                    else '，查得不够早'
                end
        end as words
    from questions as q
    cross join settings as s
    left join held as h on q.event_id = h.event_id and q.asked_title = h.asked_title
    left join reached as r on q.asked_title = r.asked_title
)

select
    event_id,
    {{ joined("asked_title || '=' || answer", '；', 'asked_title') }} filter (where answer is not null) as titles_held,
    {{ joined("asked_title || '=' || words", '|', 'asked_title') }} as titles_held_reason
from judged
group by event_id
