-- Firstness (D10): no earlier formal recognition of the same title at the same or a higher rank for the same holder, on
-- lists that reach back far enough; a renewal never is. A list that cancels or renames a title tells that it had been held.
with
lines as (select * from {{ ref('int_graded_lines') }}),

single as (
    select * from {{ ref('int_title_lines') }}
    where step in ('granted', 'renewed')
),

reach as (
    select
        list,
        level,
        title_item,
        asked_on,
        bool_and(is_reached) as is_reached,
        {{ joined("level_words || '名单' || reach_words", '，', 'level_rank') }} as reach_words,
        {{ joined("level_words || '名单' || missing_words", '；', 'level_rank') }} as missing_words
    from {{ ref('int_list_reach') }}
    where not is_today
    group by list, level, title_item, asked_on
),

-- Who held a title, and what is not sure of it. Of several firms on one line (D18) it is not told whose the title is; a
-- name that waits for a person may mean any of the firms it is like.
told as (
    select
        *,
        case
            when held_by = 'project' and holder_key is null then ' 的名单未载明是哪一个中心或平台'
            when park_id is null and named_firm_count > 1 then ' 的名单同一行列有多家，未载明称号归谁'
        end as doubt
    from lines
    where step in ('granted', 'renewed', 'renamed', 'cancelled')
),

held as (
    select
        {{ all_but(['doubt']) }},
        doubt,
        holder_id as subject_id
    from told
    union all
    -- a centre that is not named may be any of the firm's, and any of its centres that one
    select
        {{ all_but(['doubt']) }},
        ' 的名单未载明是哪一个中心或平台' as doubt,
        beneficiary_id as subject_id
    from told
    where holder_key is not null
    union all
    select
        {{ all_but(['doubt']) }},
        ' 的名单“' || enterprise_name || '”一行待人工认定，可能是本企业' as doubt,
        {{ each_of(pieces_of('possible_firms', '|')) }} as subject_id
    from told
    where enterprise_id is null and holder_key is null
),

asking as (
    select
        *,
        holder_id as subject_id
    from single
    union all
    select
        *,
        beneficiary_id as subject_id
    from single
    where holder_key is not null
),

pairs as (
    select
        later.list,
        later.holder_id,
        later.beneficiary_id,
        later.source_file,
        later.row_no,
        before.document,
        before.step,
        before.published_on,
        -- A rank, track or kind that is not on file cannot be told to be lower or another, nor to be the same.
        case
            when before.doubt is not null then before.doubt
            when later.title_item is null or before.title_item is null then ' 已获该称号，其一未载明类别'
            when later.title_rank is null or before.title_rank is null then ' 已获同一称号，其一未载明等级'
        end as doubt
    from asking as later
    inner join held as before
        on later.list = before.list
        and later.subject_id = before.subject_id
        and coalesce(later.title_item = before.title_item, true)
        and later.published_on > before.published_on
        and coalesce(later.title_rank <= before.title_rank, true)
    -- where both name a centre, only the names tell
    where later.holder_id = before.holder_id or later.holder_key is null or before.holder_key is null
),

earlier as (
    select
        list,
        holder_id,
        beneficiary_id,
        source_file,
        row_no,
        bool_or(doubt is null) as is_certain,
        -- of one day a cancellation tells, so that a person judges
        {{ of_last('document', ['doubt is null', 'published_on', "step = 'cancelled'", 'document', 'step']) }}
            as earlier_document,
        {{ of_last('step', ['doubt is null', 'published_on', "step = 'cancelled'", 'document', 'step']) }}
            as earlier_step,
        max(published_on) filter (where doubt is null) as certain_on,
        max(published_on || doubt) as earlier_doubt
    from pairs
    group by list, holder_id, beneficiary_id, source_file, row_no
),

lower_before as (
    select distinct later.list, later.holder_id, later.beneficiary_id, later.source_file, later.row_no
    from single as later
    inner join single as before
        on later.list = before.list
        and later.title_item is not distinct from before.title_item
        and later.holder_id = before.holder_id
        and later.published_on > before.published_on
        and later.title_rank > before.title_rank
),

judged as (
    select
        s.*,
        e.earlier_document,
        e.earlier_step,
        e.certain_on,
        e.earlier_doubt,
        l.list is not null and e.list is null as is_upgrade,
        r.reach_words,
        r.missing_words,
        -- Order matters: what is certain decides, then each doubt, and only then the lists.
        case
            when s.is_renewal then 'renewed'
            when e.is_certain then 'held'
            when e.earlier_doubt is not null then 'perhaps_held'
            when s.is_step_doubtful then 'perhaps_renewed'
            when s.counted_per = 'kind' and s.title_item is null then 'no_kind'
            when not coalesce(r.is_reached, false) then 'no_reach'
            else 'first'
        end as firstness
    from single as s
    left join reach as r
        on s.list = r.list and s.level = r.level and s.published_on = r.asked_on
        and case when s.counted_per = 'product' then '' else s.title_item end is not distinct from r.title_item
    left join earlier as e
        on s.list = e.list and s.holder_id = e.holder_id and s.beneficiary_id = e.beneficiary_id
        and s.source_file = e.source_file and s.row_no = e.row_no
    left join lower_before as l
        on s.list = l.list and s.holder_id = l.holder_id and s.beneficiary_id = l.beneficiary_id
        and s.source_file = l.source_file and s.row_no = l.row_no
)

select
    -- never what may be corrected (day, grade, document): two events of one round are told apart by their order
    'recognition:' || md5(concat_ws('|', list, beneficiary_id, level, round, is_renewal, nullif(title_item, ''), holder_key,
        row_number() over (
            partition by list, beneficiary_id, level, round, is_renewal, title_item, holder_key
            order by published_on nulls last, grade_number nulls last, source_file nulls last, row_no nulls last
        )))
        as event_id,
    enterprise_id,
    park_id,
    firm_no,
    case when park_id is null then named_firm_count else 1 end as named_firm_count,   -- a park is one
    printed_name,
    title_words || case when is_renewal then ' 复核' else '' end as event_title,
    list,
    level,
    grade,
    title as scheme,
    coalesce(list_title, title) as list_title,
    grade_number,
    field_named as field,
    role,
    certificate_no,
    fee_yuan,
    published_on,
    document,
    issuer,
    case when is_renewal then 'renewed' when is_upgrade then 'upgraded' else 'granted' end as series_kind,
    cast(case when firstness in ('renewed', 'held') then 3 when firstness = 'first' then 0 else 2 end as tinyint) as first_answer,
    case firstness
        when 'renewed' then '复核、续期或对已有称号的支持，不是首次'
        when 'held' then case
            when earlier_step = 'cancelled' then '不是首次：同一称号同级或更高级此前曾获，' || certain_on || ' 取消（' || earlier_document || '）'
            else '不是首次：' || certain_on || ' 已获同一称号同级或更高级（' || earlier_document || '）'
        end
        when 'perhaps_held' then '不能确认首次：' || earlier_doubt || '（' || earlier_document || '）'
        when 'perhaps_renewed' then '不能确认首次：名单含复核或支持，未说明本行是新认定还是复核（' || document || '）'
        when 'no_kind' then '不能确认首次：未载明是哪一类' || title
        when 'no_reach' then '不能确认首次：' || missing_words
        else reach_words || '，此前未见同一称号同级或更高级'
    end as first_reason,
    -- 复核, or granted anew to who had it; after a cancellation a person judges whether it is 再次认定
    case
        when firstness in ('renewed', 'held') then 'renewal'
        when firstness = 'first' then 'first'
        else 'unknown'
    end as series,
    cast(case
        when firstness = 'held' and earlier_step = 'cancelled' then 1
        when firstness in ('renewed', 'held') then 0
        when firstness = 'first' then 3
        else 2
    end as tinyint) as renewal_answer,
    case firstness
        when 'renewed' then '复核、续期或对已有称号的支持'
        when 'held' then case
            when earlier_step = 'cancelled' then '同一称号 ' || certain_on || ' 取消后再次认定（' || earlier_document || '）'
            else '再次认定：' || certain_on || ' 已获同一称号同级或更高级（' || earlier_document || '）'
        end
        when 'first' then '首次认定，不是复核'
        when 'perhaps_held' then '不能确认再次认定：' || earlier_doubt || '（' || earlier_document || '）'
        when 'perhaps_renewed' then '名单含复核或支持，未说明本行是新认定还是复核（' || document || '）'
        when 'no_kind' then '不能确认再次认定：未载明是哪一类' || title
        else '不能确认再次认定：' || missing_words
    end as renewal_reason,
    source_file,
    sheet,
    row_no
from judged
