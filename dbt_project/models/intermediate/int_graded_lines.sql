-- Every line of a list, whoever it is of: which title it tells of, at what grade, and what it does to the title.
{%- set wide = '０１２３４５６７８９〇零一二三四五六七八九壹贰叁肆伍ＶＭＬ．' -%}
{%- set plain = '0123456789001234567891234' ~ '5VML.' %}
with
lines as (select * from {{ ref('stg_recognition_lines') }}),

titles as (select * from {{ source('reference', 'title') }}),

names as (select * from {{ source('reference', 'title_name') }}),

kinds as (select * from {{ source('reference', 'title_kind') }}),

grade_words as (select * from {{ source('reference', 'grade_word') }}),

parks as (select * from {{ ref('stg_parks') }}),

city as (select * from {{ source('reference', 'city') }}),

-- A grade stands beside its word: 五级, CMMI5, ML5. An edition (V2, 3.0), a year, a day or a round is none.
read_grades as (
    select
        grade,
        {{ distinct_of(found('left_over', '([1-9]) *级', 1)) }} as by_level,
        {{ distinct_of(found(
            'left_over', '(?:ML|LEVEL|CMMI|ITSS|DCMM|级别?|等级)(?: *- *[A-Z]+)?[ :：,，-]*([1-9])', 1
        )) }} as by_word,
        regexp_extract(left_over, '^[ ()（）]*([1-9])[ ()（）]*$', 1) as alone
    from (
        {%- set narrow = "upper(translate(grade, '" ~ wide ~ "', '" ~ plain ~ "'))" %}
        {%- set no_edition = replaced(narrow, '(^|[^0-9A-Z_])V(ER(SION)?)?[. ]*[0-9]+([.][0-9]+)*|[0-9]+([.][0-9]+)+', '\\1 ') %}
        {%- set no_day = replaced(no_edition, '[0-9]+ *(年度?|月|日|号|批|届|期|版|/)', ' ') %}
        select
            grade,
            {{ replaced(no_day, '[0-9]{2,}', ' ') }} as left_over
        from (select distinct l.grade from lines as l) as d
        where grade is not null
    ) as v
),

found_words as (
    select
        w.list,
        r.grade,
        w.word,
        w.grade as named
    from read_grades as r
    inner join grade_words as w on contains(r.grade, w.word)
),

-- a word within a longer one is not meant: 管理级 in 量化管理级
meant_words as (
    select
        f.list,
        f.grade,
        count(distinct f.named) as named_count,
        max(f.named) as named
    from found_words as f
    left join found_words as o on f.list = o.list and f.grade = o.grade and f.word <> o.word and contains(o.word, f.word)
    where o.word is null
    group by f.list, f.grade
),

named_grades as (
    select
        t.list,
        r.grade,
        -- two digits, or none of its own and two words: it cannot be told
        case
            when {{ length_of('r.by_level') }} > 0
                then case when {{ length_of('r.by_level') }} = 1 then {{ nth_of('r.by_level', 1) }} end
            when {{ length_of('r.by_word') }} > 0
                then case when {{ length_of('r.by_word') }} = 1 then {{ nth_of('r.by_word', 1) }} end
            else nullif(r.alone, '')
        end as digit,
        cast(case when m.named_count = 1 then m.named end as string) as grade_of_word,
        coalesce(m.named_count > 1, false) as has_words_of_two
    from read_grades as r
    cross join titles as t
    left join meant_words as m on t.list = m.list and r.grade = m.grade
),

-- What the words of lists and lines say, once for each: they are few, and a pattern out of a column is compiled row by row.
worded as (
    select
        l.*,
        coalesce({{ matches("concat_ws(' ', l.round, l.grade, l.category)", 't.confirms') }}, false) as is_line_confirming,
        coalesce({{ matches("concat_ws(' ', l.list_title, l.document)", 't.confirms') }}, false) as is_list_confirming,
        -- 第五批和第二批复核通过企业名单: new ones beside confirmed ones
        {{ matches("concat_ws(' ', l.list_title, l.document)", "'(认定|新增).{0,8}[和及与、暨]|[和及与、暨][第新]'") }}
            as is_list_mixed,
        {{ matches("concat_ws(' ', l.grade, l.category)", 't.short_of') }} as is_short
    from (select distinct list, round, grade, category, list_title, document from lines) as l
    inner join titles as t on l.list = t.list
),

graded as (
    select
        {{ all_but(['is_renewal'], of='r') }},
        t.title,
        t.held_by,
        t.is_field_in_category,
        t.rank_by,
        p.park_id,
        coalesce(p.park_id, r.enterprise_id) as beneficiary_id,
        -- the name it bore on that day
        coalesce(n.title_name, t.title) as title_name,
        {%- set holder = replaced('r.project_name', '[ 　“”"（）()《》·]') %}
        {%- set whose = "'^(国家级?|' || c.province_name || '省?|' || c.city_name || '市?)'" %}
        case
            when t.held_by = 'project'
                then nullif(substr({{ holder }}, 1 + length(regexp_extract({{ holder }}, {{ whose }}, 0))), '')
        end as holder_key,
        -- Of most lists two lines of a firm are one title: ''. Of some it may hold several side by side; null: not told which.
        case coalesce(t.counted_per, '')
            when '' then ''
            when 'product' then coalesce(r.product_name, r.certificate_no)
            else coalesce(
                {%- for words in ('category', 'list_title', 'project_name') %}
                (
                    select case when count(*) = 1 then max(k.kind) end from kinds as k
                    where r.list = k.list and {{ matches('r.' ~ words, 'k.words') }}
                ),
                {%- if loop.first %}
                case when t.counted_per = 'track' then r.category end,
                {%- endif %}
                {%- endfor %}
                null
            )
        end as title_item,
        t.counted_per,
        -- words of two grades, or a digit and a word that differ: it cannot be told
        case
            when not g.has_words_of_two and coalesce(g.digit = g.grade_of_word, true)
                then cast(coalesce(g.digit, g.grade_of_word) as bigint)
        end as grade_number,
        w.is_line_confirming,
        w.is_list_confirming,
        w.is_list_mixed,
        w.is_short
    from lines as r
    inner join titles as t on r.list = t.list
    cross join city as c
    left join names as n on r.list = n.list and r.published_on between n.named_from and n.named_until
    left join parks as p on r.park_name_key = p.park_name_key
    left join named_grades as g on r.list = g.list and r.grade = g.grade
    inner join worded as w
        on r.list = w.list and r.round is not distinct from w.round and r.grade is not distinct from w.grade
        and r.category is not distinct from w.category and r.list_title is not distinct from w.list_title
        and r.document is not distinct from w.document
),

stepped as (
    select
        *,
        case
            when stage = '公示' then 'notice'
            when is_short then 'candidate'
            when action = 'cancellation' then 'cancelled'
            when action = 'rename' then 'renamed'
            when action = 'renewal' or is_line_confirming or (is_list_confirming and not is_list_mixed) then 'renewed'
            else 'granted'
        end as step
    from graded
)

select
    {{ all_but(['is_line_confirming', 'is_list_confirming', 'is_list_mixed', 'is_short']) }},
    step = 'renewed' as is_renewal,
    -- a list of both that does not say which line is which
    step = 'granted' and is_list_confirming and is_list_mixed and not is_action_stated as is_step_doubtful,
    case rank_by
        when 'level' then case level when 'national' then 3 when 'provincial' then 2 else 1 end
        when 'grade_up' then grade_number
        when 'grade_down' then 6 - grade_number
    end as title_rank,
    -- who holds the title: the centre itself where lists name it, else the firm or park
    coalesce('名:' || holder_key, beneficiary_id) as holder_id
from stepped
