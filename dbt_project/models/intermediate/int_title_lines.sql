-- What the lists say of each beneficiary's title: 公示, a candidate, granted, renewed, renamed or cancelled.
-- Two lines of one title, rank, step and day are one.
with
lines as (select * from {{ ref('int_graded_lines') }}),

ranked as (
    select
        *,
        row_number() over (
            partition by
                list, title_item, beneficiary_id, holder_id, published_on, level, coalesce(grade_number, 0), step
            order by source_file nulls last, row_no nulls last
        ) as same_day_copy
    from lines
    where beneficiary_id is not null
)

select
    *,
    coalesce(enterprise_name, park_name, project_name) as printed_name,
    case when contains(grade, title_name) then grade
        else case when counted_per = 'kind' then coalesce(title_item, title_name) else title_name end
            || coalesce(' ' || grade, '')
    end
    || case level when 'national' then '（国家级）' when 'provincial' then '（省级）' else '（市级）' end
    || ' ' || round || coalesce('：' || project_name, '') as title_words,
    -- 领域 stands in a column of its own or in 类别
    case when is_field_in_category then coalesce(field, category)
        else nullif(concat_ws('、', field, category), '') end as field_named
from ranked
where same_day_copy = 1
