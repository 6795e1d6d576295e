with
clauses as (select * from {{ source('policy', 'clause') }}),

files as (select * from {{ source('arrivals', 'file') }}),

told as (
    select distinct c.clause_key
    from clauses as c
    inner join files as f
        on array_contains(c.event_sources, f.source) and f.status in ('loaded', 'duplicate')
)

select
    clauses.clause_key,
    policy_id,
    policy_title,
    document,
    document_title,
    clause_id,
    clause_order,
    measure_no,
    measure_title,
    chapter,
    title_zh,
    title_en,
    kind,
    coverage_status,
    coverage_note,
    is_selective,
    beneficiary,
    trigger_words,
    coalesce(array_contains(event_kinds, 'rent_year'), false) as is_of_rent,
    award_words,
    payees,
    instalments,
    cap_yuan,
    amount_kind,
    -- of a clause that computes nothing, or whose events no file ever told of, a count of 0 would be no answer
    case
        when coverage_status in ('unseen', 'not_encoded') then 'not_encoded'
        when told.clause_key is not null then 'known'
        else 'unknown'
    end as count_status,
    payer,
    procedure_class,
    departments,
    quotes,
    decision_ids,
    first_day,
    last_day,
    last_checked_on,
    window_says,
    materials,
    -- of the versions of a clause in one document, the one in force on the as-of day; else the nearest
    row_number() over (
        partition by policy_id, document, clause_id
        order by
            first_day <= {{ as_of() }} desc nulls last,
            case when first_day <= {{ as_of() }} then first_day end desc nulls last,
            first_day asc nulls last,
            clauses.clause_key asc nulls last
    ) = 1 as is_current,
    program_hash,
    is_draft
from clauses
left join told on clauses.clause_key = told.clause_key
