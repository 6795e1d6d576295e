-- D15: what another city policy paid for the same matter, per claim, whenever it was paid: the same certificate, project
-- (number, name or a part of the name), or list and round. An award goes to one claim only, the nearest by these, then an
-- eligible one, and never a renewal (but where a clause is about them). Money of unknown level is told apart and deducts
-- nothing; district, provincial and national money counts only where a clause pays up to a level what they did not.
with
awards as (
    select
        *,
        concat_ws(' ', item, subject) as words,
        {{ plain_words('subject') }} as plain_subject,
        {{ found("concat_ws(' ', item, subject)", '[0-9A-Za-z][-0-9A-Za-z]*') }} as codes,
        {{ found("concat_ws(' ', item, subject)", '20[0-9]{2}') }} as years,
        regexp_extract(concat_ws(' ', item, subject), '第[0-9一二三四五六七八九十]+批', 0) as batch
    from {{ ref('stg_other_awards') }}
),

claims as (
    select
        c.*,
        e.list,
        e.level,
        e.event_title,
        l.reckoned_levels,
        {{ plain_words('p.project_name') }} as plain_project
    from {{ ref('int_claims') }} as c
    inner join {{ ref('int_events') }} as e on c.event_id = e.event_id
    inner join {{ source('policy', 'clause') }} as l on c.clause_key = l.clause_key
    left join {{ ref('stg_projects') }} as p on c.project_no = p.project_no
    where coalesce(e.series_kind <> 'renewed', true) or c.is_of_renewals
),

titles as (
    select list, title as title_name from {{ source('reference', 'title') }}
    union
    select list, title_name from {{ source('reference', 'title_name') }}
),

pairs as (
    select
        a.source_file,
        a.row_no,
        a.amount_yuan,
        a.payer_level,
        a.paid_on,
        c.claim_id,
        c.policy_id,
        c.document,
        c.outcome_code,
        c.qualified_on,
        array_contains(a.codes, c.certificate_no) or a.subject = c.certificate_no as is_by_certificate,
        array_contains(a.codes, c.project_no) or a.subject = c.project_no
        or a.plain_subject = c.plain_project
        -- a word or two stand in the words of any matter
        or (length(c.plain_project) >= 4 and contains({{ plain_words('a.words') }}, c.plain_project))
        or (length(a.plain_subject) >= 4 and contains(c.plain_project, a.plain_subject)) as is_by_project,
        -- what the words say of level and round must be so of this title
        (a.subject = c.list or exists(
            select 1 from titles as t
            where t.list = c.list and contains(a.words, t.title_name)
        ))
        and (not contains(a.words, '国家级') or contains(a.words, '省级') or c.level = 'national')
        and (not contains(a.words, '省级') or contains(a.words, '国家级') or c.level = 'provincial')
        and (a.batch = '' or contains(c.event_title, a.batch) or not {{ matches('c.event_title', "'第[0-9一二三四五六七八九十]+批'") }})
            as is_by_title,
        array_contains(a.years, cast(year(c.qualified_on) as string))
        or {{ overlap('a.years', found('c.event_title', '20[0-9]{2}')) }} as is_of_year
    from awards as a
    inner join claims as c
        on a.enterprise_id = c.enterprise_id
        and (a.payer_level is null or a.payer_level = 'city' or contains(c.reckoned_levels, a.payer_level))
),

ranked as (
    select
        *,
        row_number() over (
            partition by source_file, row_no, policy_id, document
            order by
                coalesce(is_by_certificate, false) or coalesce(is_by_project, false) desc nulls last,
                is_of_year desc nulls last,
                outcome_code asc nulls last,
                paid_on >= qualified_on desc nulls last,
                qualified_on desc nulls last,
                claim_id asc nulls last
        ) as choice
    from pairs
    where coalesce(is_by_certificate, false) or coalesce(is_by_project, false) or coalesce(is_by_title, false)
),

chosen as (
    select * from ranked
    where choice = 1
)

select
    claim_id,
    {{ yuan("coalesce(sum(amount_yuan) filter (where payer_level = 'city'), 0)") }} as other_yuan,
    {{ yuan("coalesce(sum(amount_yuan) filter (where payer_level is null), 0)") }} as unknown_level_yuan,
    {{ yuan("coalesce(sum(amount_yuan) filter (where payer_level <> 'city'), 0)") }} as other_level_yuan
from chosen
group by claim_id
