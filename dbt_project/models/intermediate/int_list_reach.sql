-- How far back the lists on file reach that decide a first (D10): for each title, level, kind and day it is asked for,
-- a row for its own level and each higher one. A round that is missing ends the reach.
with
lines as (select * from {{ ref('int_graded_lines') }}),

titles as (select * from {{ source('reference', 'title') }}),

levels as (select * from {{ source('reference', 'title_level') }}),

kinds as (select * from {{ source('reference', 'title_kind') }}),

clauses as (select * from {{ source('policy', 'clause') }}),

-- Of several policies the one that looks back furthest, one that says nothing at five years: it is never less than a
-- policy's own, so what is known for it is known for all.
settings as (select cast(max(lookback_years) as integer) as lookback_years from clauses),

law as (select min(first_day) as first_day from clauses),

-- the earliest grant that a clause counts
counted as (
    select
        l.list,
        l.level,
        min(l.published_on) as first_on
    from lines as l
    inner join law as w on l.published_on >= w.first_day
    where l.step = 'granted'
    group by l.list, l.level
),

-- the days that ask: each grant's own; and of every title today, for the earliest grant that counts
asked as (
    select distinct
        l.list,
        l.level,
        -- a list of products is one list
        case when t.counted_per = 'product' then '' else l.title_item end as title_item,
        l.published_on as asked_on,
        {{ months_later('l.published_on', '-12 * s.lookback_years') }} as looked_back_to,
        false as is_today
    from lines as l
    inner join titles as t on l.list = t.list
    cross join settings as s
    where l.step = 'granted'
    union all
    select
        v.list,
        v.level,
        coalesce(k.kind, case when coalesce(t.counted_per, 'product') = 'product' then '' end) as title_item,
        {{ as_of() }} as asked_on,
        {{ months_later('coalesce(c.first_on, w.first_day)', '-12 * s.lookback_years') }} as looked_back_to,
        true as is_today
    from levels as v
    inner join titles as t on v.list = t.list
    left join kinds as k on v.list = k.list and t.counted_per = 'kind'
    left join counted as c on v.list = c.list and v.level = c.level
    cross join law as w
    cross join settings as s
),

targets as (
    select
        a.*,
        coalesce(v.level, a.level) as needed_level,
        coalesce(v.level_rank, 0) as level_rank,
        v.first_year,
        coalesce(v.is_yearly, false) as is_yearly,
        v.source,
        coalesce(v.is_unverified, false) as is_unverified
    from asked as a
    inner join titles as t on a.list = t.list
    left join levels as o on a.list = o.list and a.level = o.level
    -- a title that ranks by its grade is one title at every level
    left join levels as v
        on a.list = v.list and coalesce(o.level_rank, 0) <= v.level_rank and (t.rank_by = 'level' or a.level = v.level)
),

rounds as (
    select distinct
        l.list,
        l.level,
        case when t.counted_per = 'product' then '' else l.title_item end as title_item,
        l.published_on,
        coalesce(nullif(regexp_extract(l.round, '(批|届|期|轮)', 1), ''), '批') as round_unit,
        regexp_extract(
            translate(l.round, '〇零一二三四五六七八九两０１２３４５６７８９', '00123456789' || '20123456789'),
            '^第? *([0-9]*十?[0-9]*) *(?:批次?|届|期|轮)?$', 1
        ) as round_digits,
        coalesce(try_cast(nullif(regexp_extract(l.round, '((?:19|20)[0-9]{2})', 1), '') as bigint), year(l.published_on))
            as round_year
    from lines as l
    inner join titles as t on l.list = t.list
    where l.step = 'granted'
),

numbered as (
    select
        list,
        level,
        title_item,
        published_on,
        round_year,
        round_unit,
        -- 十五 is 15, 二十 is 20; 2024 is a year
        case
            when round_digits = '' then null
            when contains(round_digits, '十')
                then 10 * cast(coalesce(nullif(split_part(round_digits, '十', 1), ''), '1') as bigint)
                    + cast(coalesce(nullif(split_part(round_digits, '十', 2), ''), '0') as bigint)
            when length(round_digits) < 4 then cast(round_digits as bigint)
        end as round_number
    from rounds
),

-- the lists on file by that day; a list without tracks may be of each
on_file as (
    select
        t.list,
        t.level,
        t.title_item,
        t.asked_on,
        t.is_today,
        t.needed_level,
        n.published_on,
        n.round_unit,
        case
            when count(n.round_number) over asking = count(*) over asking then n.round_number
            when t.is_yearly then n.round_year
        end as place,
        count(n.round_number) over asking = count(*) over asking as is_numbered
    from targets as t
    inner join numbered as n
        on t.list = n.list and t.needed_level = n.level and t.asked_on >= n.published_on
        and coalesce(t.title_item = n.title_item, true)
    window asking as (partition by t.list, t.level, t.title_item, t.asked_on, t.is_today, t.needed_level)
),

islands as (
    select
        *,
        place - dense_rank() over (
            partition by list, level, title_item, asked_on, is_today, needed_level order by place nulls last
        ) as island,
        max(place) over (partition by list, level, title_item, asked_on, is_today, needed_level) as newest_place
    from on_file
),

-- the rounds without a gap up to the newest
reached as (
    select
        list,
        level,
        title_item,
        asked_on,
        is_today,
        needed_level,
        bool_and(is_numbered) as is_numbered,
        min(round_unit) as round_unit,
        max(published_on) as newest_on,
        {{ distinct_listed('place') }} as places,
        min(case when place is null or island = newest_island then published_on end) as reaches_back_to,
        min(case when island = newest_island then place end) as first_place
    from (
        select
            *,
            max(island) over (partition by list, level, title_item, asked_on, is_today, needed_level) as newest_island
        from islands
    ) as i
    group by list, level, title_item, asked_on, is_today, needed_level
),

judged as (
    select
        t.*,
        case when t.first_year is not null then make_date(t.first_year, 12, 31) else cast(t.looked_back_to as date) end
            as needed_back_to,
        r.reaches_back_to,
        r.newest_on,
        coalesce(r.is_numbered, false) as is_numbered,
        r.round_unit,
        r.first_place,
        -- rounds of every year: the newest on file may not be older than two
        coalesce(t.is_yearly and r.newest_on < {{ months_later('t.asked_on', -24) }}, false) as is_ended,
        {%- set from_place -%}
            case when t.first_year is null then {{ least_of('r.places') }} when r.is_numbered then 1 else t.first_year end
        {%- endset %}
        {{ those_of(numbers(from_place, 'r.first_place - 1'), 'one', 'not array_contains(r.places, one)') }} as missing_places
    from targets as t
    left join reached as r
        on t.list = r.list and t.level = r.level and t.title_item is not distinct from r.title_item
        and t.asked_on = r.asked_on and t.is_today = r.is_today and t.needed_level = r.needed_level
),

told as (
    select
        *,
        -- the first round by its number, or a list as old as it must be
        coalesce((is_numbered and first_place = 1) or reaches_back_to <= needed_back_to, false) as is_begun,
        case
            when first_year is null then ' ' || needed_back_to
            else '首轮（' || first_year || ' 年' || case when is_unverified then '，未核实' else '' end || '）'
        end as needed_words
    from judged
)

select
    list,
    level,
    title_item,
    asked_on,
    is_today,
    needed_level,
    level_rank,
    reaches_back_to,
    needed_back_to,
    newest_on,
    source,
    is_unverified,
    first_year,
    is_yearly,
    is_numbered and first_place = 1 as is_first_round,
    is_begun and not is_ended as is_reached,
    case needed_level when 'national' then '国家级' when 'provincial' then '省级' else '市级' end as level_words,
    '可查自 ' || reaches_back_to || case when is_numbered and first_place = 1 then '（首轮）' else '' end as reach_words,
    case
        when reaches_back_to is null then '未收到，须查至' || needed_words
        when not is_begun then '只可查自 ' || reaches_back_to || '，须查至' || needed_words
            || case
                when coalesce({{ length_of('missing_places') }}, 0) = 0 then ''
                when is_numbered then '，缺第 ' || {{ in_one_text('missing_places', '、') }} || ' ' || round_unit
                else '，缺 ' || {{ in_one_text('missing_places', '、') }} || ' 年'
            end
        when is_ended then '最近一份为 ' || newest_on || '，其后未收到'
    end as missing_words
from told
