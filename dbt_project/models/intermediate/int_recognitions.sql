-- Firstness (D10): no earlier formal recognition of the same title at the same or a higher rank for the same
-- beneficiary; a renewal never is. Two lines of one title, rank and day are one event.
with
recognitions as (select * from {{ ref('stg_recognitions') }}),

titles as (select * from {{ source('reference', 'title') }}),

parks as (select * from {{ ref('stg_parks') }}),

graded as (
    select
        r.*,
        t.title,
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
        ), '') as bigint) as grade_number
    from recognitions as r
    inner join titles as t on r.list = t.list
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
                list, title_item, beneficiary_id, published_on, level, coalesce(grade_number, 0), is_renewal
            order by source_file, row_no
        ) as same_day_copy
    from graded
    where beneficiary_id is not null
),

single as (
    select * from ranked
    where same_day_copy = 1
),

reach as (
    select list, min(published_on) as lists_from
    from recognitions
    group by list
),

earlier as (
    select
        later.list,
        later.beneficiary_id,
        later.source_file,
        later.row_no,
        max_by(before.document, before.published_on) as earlier_document,
        max(before.published_on) as earlier_on
    from single as later
    inner join single as before
        on later.list = before.list
        -- a track that is not on file cannot be told to be another
        and coalesce(later.title_item = before.title_item, true)
        and later.beneficiary_id = before.beneficiary_id
        and before.published_on < later.published_on
        -- a rank that is not on file cannot be told to be lower: it counts as the same
        and coalesce(later.title_rank <= before.title_rank, true)
    group by later.list, later.beneficiary_id, later.source_file, later.row_no
)

select
    'recognition:' || md5(concat_ws('|', s.list, s.beneficiary_id, s.published_on, s.level, s.grade_number, s.is_renewal,
        s.title_item))
        as event_id,
    s.enterprise_id,
    s.park_id,
    coalesce(s.enterprise_name, s.park_name, s.project_name) as printed_name,
    case when contains(s.grade, s.title) then s.grade else s.title || coalesce(' ' || s.grade, '') end
    || case s.level when 'national' then '（国家级）' when 'provincial' then '（省级）' else '（市级）' end
    || ' ' || s.round || case when s.is_renewal then ' 复核' else '' end as event_title,
    s.list,
    s.level,
    s.grade,
    s.title as scheme,
    s.grade_number,
    -- 领域 stands in a column of its own or in 类别
    case when s.list = 'park_field_honour' then coalesce(s.field, s.category)
        else nullif(concat_ws('、', s.field, s.category), '') end as field,
    s.certificate_no,
    s.fee_yuan,
    s.published_on,
    s.document,
    s.issuer,
    cast(case when s.is_renewal or e.earlier_on is not null then 3 else 0 end as tinyint) as first_answer,
    case
        when s.is_renewal then '复核或续期，不是首次'
        when e.earlier_on is not null then '不是首次：' || e.earlier_on || ' 已获同一称号同级或更高级（' || e.earlier_document || '）'
        else '名单可查自 ' || c.lists_from || '，此前未见同一称号同级或更高级'
    end as first_reason,
    s.source_file,
    s.row_no
from single as s
inner join reach as c on s.list = c.list
left join earlier as e
    on s.list = e.list and s.beneficiary_id = e.beneficiary_id and s.source_file = e.source_file and s.row_no = e.row_no
