-- Steps in the life of a title that ground no claim: 公示, candidates, cancellations, renamings, and the day it ran out.
with
lines as (select * from {{ ref('int_title_lines') }}),

steps as (
    select
        *,
        step as series_kind,
        published_on as happened_on
    from lines
    where step not in ('granted', 'renewed')

    union all

    -- ran out: no renewal and no cancellation came before its last day
    select
        h.*,
        'expired' as series_kind,
        h.valid_until as happened_on
    from lines as h
    where
        h.step in ('granted', 'renewed')
        and h.valid_until < {{ as_of() }}
        and not exists (
            select 1 from lines as n
            where
                n.list = h.list
                and n.holder_id = h.holder_id
                and n.title_item is not distinct from h.title_item
                and n.step in ('granted', 'renewed', 'cancelled')
                and n.published_on > h.published_on
                and n.published_on <= h.valid_until
        )
)

select
    'title_step:' || md5(concat_ws(
        '|', series_kind, list, beneficiary_id, happened_on, level, grade_number, nullif(title_item, ''),
        holder_key
    ))
        as event_id,
    'title_step' as event_kind,
    enterprise_id,
    park_id,
    printed_name,
    title_words || case series_kind
        when 'notice' then ' 公示'
        when 'candidate' then ' ' || coalesce(category, grade) || '（未认定）'
        when 'cancelled' then ' 取消'
        when 'renamed' then ' 更名：' || coalesce(former_name, '原名未载') || ' → ' || printed_name
        else ' 有效期届满'
    end as event_title,
    list,
    level,
    grade,
    title as scheme,
    certificate_no,
    happened_on as qualified_on,
    document,
    issuer,
    series_kind,
    case series_kind
        when 'notice' then '公示不是公布，不产生资格'
        when 'candidate' then '培育、试点或入库，不是认定'
        when 'cancelled' then '称号取消；此前的认定仍在册，以后再获不是首次'
        when 'renamed' then '称号随企业更名，不是新认定'
        else '有效期至 ' || happened_on || '，到期前未见复核'
    end as first_reason,
    'recognitions' as source,
    source_file,
    sheet,
    row_no
from steps
