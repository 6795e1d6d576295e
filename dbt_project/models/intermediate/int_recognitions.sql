-- Firstness (D10): no earlier formal recognition of the same title at the same or a higher rank for the same
-- beneficiary; a renewal never is. A list that cancels or renames a title
-- tells that it had been held.
with
formal as (
    select * from {{ ref('int_title_lines') }}
    where step in ('granted', 'renewed', 'renamed', 'cancelled')
),

single as (
    select * from formal
    where step in ('granted', 'renewed')
),

reach as (
    select list, min(published_on) as lists_from
    from {{ ref('stg_recognitions') }}
    group by list
),

-- A rank that is not on file cannot be told to be lower, nor to be the same; of several firms on one line (D18) it is
-- not told whose the title is: the doubt stays.
known_before as (
    select *, park_id is not null or named_firm_count = 1 as is_alone from formal
),

earlier as (
    select
        later.list,
        later.beneficiary_id,
        later.source_file,
        later.row_no,
        coalesce(bool_or(later.title_rank <= before.title_rank and before.is_alone), false) as is_certain,
        max_by(before.document, ((later.title_rank <= before.title_rank and before.is_alone) is true, before.published_on))
            as earlier_document,
        max_by(before.step, ((later.title_rank <= before.title_rank and before.is_alone) is true, before.published_on))
            as earlier_step,
        max_by(before.published_on, ((later.title_rank <= before.title_rank and before.is_alone) is true, before.published_on))
            as earlier_on,
        max_by(before.is_alone, ((later.title_rank <= before.title_rank and before.is_alone) is true, before.published_on))
            as was_alone
    from single as later
    inner join known_before as before
        on later.list = before.list
        -- a track that is not on file cannot be told to be another
        and coalesce(later.title_item = before.title_item, true)
        and later.beneficiary_id = before.beneficiary_id
        and later.published_on > before.published_on
        and coalesce(later.title_rank <= before.title_rank, true)
    group by later.list, later.beneficiary_id, later.source_file, later.row_no
),

lower_before as (
    select distinct later.list, later.beneficiary_id, later.source_file, later.row_no
    from single as later
    inner join single as before
        on later.list = before.list
        and later.title_item is not distinct from before.title_item
        and later.beneficiary_id = before.beneficiary_id
        and later.published_on > before.published_on
        and later.title_rank > before.title_rank
)

select
    -- never what may be corrected (day, grade, document): two events of one round are told apart by their order
    'recognition:' || md5(concat_ws('|', s.list, s.beneficiary_id, s.level, s.round, s.is_renewal, s.title_item,
        row_number() over (
            partition by s.list, s.beneficiary_id, s.level, s.round, s.is_renewal, s.title_item
            order by s.published_on, s.grade_number, s.source_file, s.row_no
        )))
        as event_id,
    s.enterprise_id,
    s.park_id,
    s.firm_no,
    case when s.park_id is null then s.named_firm_count else 1 end as named_firm_count,   -- a park is one
    s.printed_name,
    s.title_words || case when s.is_renewal then ' 复核' else '' end as event_title,
    s.list,
    s.level,
    s.grade,
    s.title as scheme,
    coalesce(s.list_title, s.title) as list_title,
    s.grade_number,
    s.field_named as field,
    s.certificate_no,
    s.fee_yuan,
    s.published_on,
    s.document,
    s.issuer,
    case
        when s.is_renewal then 'renewed'
        when e.earlier_on is null and l.list is not null then 'upgraded'
        else 'granted'
    end as series_kind,
    cast(case when s.is_renewal or e.is_certain then 3 when e.earlier_on is not null then 2 else 0 end as tinyint)
        as first_answer,
    case
        when s.is_renewal then '复核或续期，不是首次'
        when not e.is_certain and not e.was_alone
            then '不能确认首次：' || e.earlier_on || ' 的名单同一行列有多家，未载明称号归谁（' || e.earlier_document || '）'
        when not e.is_certain then '不能确认首次：' || e.earlier_on || ' 已获同一称号，其一未载明等级（' || e.earlier_document || '）'
        when e.earlier_step = 'cancelled'
            then '不是首次：同一称号同级或更高级此前曾获，' || e.earlier_on || ' 取消（' || e.earlier_document || '）'
        when e.earlier_on is not null then '不是首次：' || e.earlier_on || ' 已获同一称号同级或更高级（' || e.earlier_document || '）'
        else '名单可查自 ' || c.lists_from || '，此前未见同一称号同级或更高级'
    end as first_reason,
    s.source_file,
    s.row_no
from single as s
inner join reach as c on s.list = c.list
left join earlier as e
    on s.list = e.list and s.beneficiary_id = e.beneficiary_id and s.source_file = e.source_file and s.row_no = e.row_no
left join lower_before as l
    on s.list = l.list and s.beneficiary_id = l.beneficiary_id and s.source_file = l.source_file and s.row_no = l.row_no
