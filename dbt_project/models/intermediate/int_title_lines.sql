-- What the lists say of each beneficiary's title: 公示, a candidate, granted, renewed, renamed or cancelled.
-- Two lines of one title, rank, step and day are one.
with
lines as (select * from {{ ref('stg_recognition_lines') }}),

titles as (select * from {{ source('reference', 'title') }}),

names as (select * from {{ source('reference', 'title_name') }}),

parks as (select * from {{ ref('stg_parks') }}),

graded as (
    select
        r.*,
        t.title,
        -- the name it bore on that day
        coalesce(n.title_name, t.title) as title_name,
        p.park_id,
        coalesce(p.park_id, r.enterprise_id) as beneficiary_id,
        t.rank_by,
        -- of most lists two lines of a firm are one title; ITSS and DCMM count by track, some lists by product
        case t.counted_per when 'track' then r.category when 'product' then coalesce(r.product_name, r.certificate_no) end
            as title_item,
        -- 五级, 5级, CMMI5, ML5, ５: one digit; CMMI 3.0 and V2.0 name an edition, not a grade
        cast(nullif(regexp_extract(
            translate(regexp_replace(coalesce(r.grade, ''), '[VvＶ]?[0-9][.．][0-9]', ''), '一二三四五１２３４５', '1234512345'),
            '([1-5])', 1
        ), '') as bigint) as grade_number,
        case
            when r.stage = '公示' then 'notice'
            when regexp_matches(concat_ws(' ', r.grade, r.category), t.short_of) then 'candidate'
            when r.action = 'cancellation' then 'cancelled'
            when r.action = 'rename' then 'renamed'
            when r.action = 'renewal' then 'renewed'
            else 'granted'
        end as step
    from lines as r
    inner join titles as t on r.list = t.list
    left join names as n on r.list = n.list and r.published_on between n.named_from and n.named_until
    left join parks as p on r.park_name_key = p.park_name_key
),

ranked as (
    select
        *,
        case rank_by
            when 'level' then case level when 'national' then 3 when 'provincial' then 2 else 1 end
            when 'grade_up' then grade_number
            when 'grade_down' then 6 - grade_number
        end as title_rank,
        row_number() over (
            partition by
                list, title_item, beneficiary_id, published_on, level, coalesce(grade_number, 0), step
            order by source_file, row_no
        ) as same_day_copy
    from graded
    where beneficiary_id is not null
)

select
    *,
    coalesce(enterprise_name, park_name, project_name) as printed_name,
    case when contains(grade, title_name) then grade else title_name || coalesce(' ' || grade, '') end
    || case level when 'national' then '（国家级）' when 'provincial' then '（省级）' else '（市级）' end
    || ' ' || round as title_words,
    -- 领域 stands in a column of its own or in 类别
    case when list = 'park_field_honour' then coalesce(field, category)
        else nullif(concat_ws('、', field, category), '') end as field_named
from ranked
where same_day_copy = 1
