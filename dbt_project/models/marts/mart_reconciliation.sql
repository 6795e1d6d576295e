-- From file to claim, to the row: each number is counted where it stands and the differences must be nothing
-- (tests/assert_every_row_is_accounted_for.sql).
with
files as (select * from {{ ref('mart_source_file') }}),

read_rows as (select * from {{ ref('int_rows_read') }}),

standing as (select * from {{ ref('int_rows_in_force') }}),

-- what a later full file of a register leaves out stays in force: a fact, no deletion
full_files as (
    select f.source, max(f.received_on) as last_full_on
    from files as f
    inner join {{ source('arrivals', 'source') }} as s on f.source = s.source and s.replaces = 'register'
    where f.status = 'loaded' and f.delivery = 'full' and f.received_on <= {{ known_on() }}
    group by f.source
),

quarantine as (
    select source, source_file, count(distinct coalesce(sheet, '') || '|' || row_no) as rows_kept
    from {{ ref('mart_quarantine') }}
    group by source, source_file
),

events as (
    -- what can ground a claim; steps of a title that ground nothing (dim_event) are told apart there
    -- a year of a headquarters is two events (D7) of one row
    select source, source_file, count(distinct substr(event_id, instr(event_id, ':') + 1)) as event_count
    from {{ ref('int_events') }}
    where coalesce(firm_no, 1) = 1   -- a line, whatever firms it names
    group by source, source_file
),

claims as (
    select e.source, e.source_file, count(*) as claim_count
    from {{ ref('int_claims') }} as c
    inner join {{ ref('dim_event') }} as e on c.event_id = e.event_id
    where c.is_primary
    group by e.source, e.source_file
),

on_claim as (
    select 'applications' as source, s.source_file, count(f.claim_id) as rows_on_claim
    from {{ ref('stg_applications') }} as s
    inner join {{ ref('fct_application') }} as f on s.application_no = f.application_no
    group by s.source_file

    union all

    select 'payments' as source, s.source_file, count(f.claim_id) as rows_on_claim
    from {{ ref('stg_payments') }} as s
    inner join {{ ref('fct_payment') }} as f
        on s.payment_no = f.payment_no and s.payer_level = f.payer_level and s.application_no = f.application_no
    group by s.source_file
),

reasons as (
    select
        source,
        source_file,
        sum(row_count) as rows_told,
        {{ joined("reason || ' ' || row_count", '；', 'row_count desc nulls last, reason asc') }} as words
    from {{ ref('int_rows_without_event') }}
    group by source, source_file
),

followed as (
    select
        f.source,
        f.source_file,
        f.file_sha256,
        f.received_on,
        f.status,
        f.rows_read,
        f.rows_loaded,
        f.rows_skipped,
        f.rows_quarantined,
        case when f.status in ('loaded', 'withdrawn') then 0 else f.rows_loaded end as rows_replaced,
        case when f.status = 'withdrawn' then f.rows_loaded else 0 end as rows_withdrawn,
        coalesce(r.rows_in_raw, 0) as rows_in_raw,
        coalesce(r.rows_after_as_of, 0) as rows_after_as_of,
        coalesce(r.rows_not_formal, 0) as rows_not_formal,
        coalesce(r.rows_superseded, 0) as rows_superseded,
        coalesce(r.rows_same_key, 0) as rows_same_key,
        coalesce(r.rows_added, 0) as rows_added,
        u.last_full_on,
        -- an accepted alias is a name and no firm's row
        coalesce(case when f.source = 'aliases' then r.rows_newest else s.rows_in_force end, 0) as rows_in_force,
        coalesce(s.rows_matched, 0) as rows_matched,
        coalesce(s.rows_in_review, 0) as rows_in_review,
        coalesce(case when f.source = 'aliases' then r.rows_newest else s.rows_without_firm end, 0) as rows_without_firm,
        coalesce(e.event_count, 0) as event_count,
        -- an accepted alias is a name and no firm's row; of a title two lines of one day are one event
        coalesce(case when f.source = 'aliases' then r.rows_newest else w.rows_told end, 0) as rows_told,
        case when f.source = 'aliases' then '名称对照，用于识别企业 ' || r.rows_newest else w.words end as words,
        coalesce(c.claim_count, 0) as claim_count,
        o.rows_on_claim,
        coalesce(q.rows_kept, 0) as rows_kept
    from files as f
    left join read_rows as r on f.source = r.source and f.source_file = r.source_file and f.status = 'loaded'
    left join standing as s on f.source = s.source and f.source_file = s.source_file and f.status = 'loaded'
    left join full_files as u on f.source = u.source
    left join quarantine as q on f.source = q.source and f.source_file = q.source_file and f.status = 'loaded'
    left join events as e on f.source = e.source and f.source_file = e.source_file and f.status = 'loaded'
    left join reasons as w on f.source = w.source and f.source_file = w.source_file and f.status = 'loaded'
    left join claims as c on f.source = c.source and f.source_file = c.source_file and f.status = 'loaded'
    left join on_claim as o on f.source = o.source and f.source_file = o.source_file and f.status = 'loaded'
)

select
    source,
    source_file,
    file_sha256,
    received_on,
    status,
    rows_read,
    rows_loaded,
    rows_skipped,
    rows_quarantined,
    cast(rows_replaced as bigint) as rows_replaced,
    cast(rows_withdrawn as bigint) as rows_withdrawn,
    cast(rows_after_as_of as bigint) as rows_after_as_of,
    cast(rows_not_formal as bigint) as rows_not_formal,
    cast(rows_superseded as bigint) as rows_superseded,
    cast(rows_same_key as bigint) as rows_same_key,
    cast(rows_added as bigint) as rows_added,
    cast(rows_in_force as bigint) as rows_in_force,
    cast(case when received_on < last_full_on then rows_in_force else 0 end as bigint) as rows_not_seen_again,
    cast(rows_matched as bigint) as rows_matched,
    cast(rows_in_review as bigint) as rows_in_review,
    cast(rows_without_firm as bigint) as rows_without_firm,
    cast(event_count as bigint) as event_count,
    cast(rows_in_force - event_count as bigint) as rows_without_event,
    nullif(concat_ws('；', words, case when source = 'recognitions' and rows_in_force - event_count > rows_told
        then '与另一行是同一称号同一日 ' || (rows_in_force - event_count - rows_told) end), '') as without_event_reasons,
    cast(claim_count as bigint) as claim_count,
    cast(rows_on_claim as bigint) as rows_on_claim,
    cast(
        rows_loaded - rows_replaced - rows_withdrawn - rows_after_as_of - rows_not_formal - rows_superseded
        - rows_same_key - rows_added - rows_in_force as bigint
    ) as rows_unexplained,
    rows_read = rows_loaded + rows_skipped + rows_quarantined
    and rows_loaded = rows_replaced + rows_withdrawn + rows_in_raw
    and (status <> 'loaded' or rows_quarantined = rows_kept)
    and rows_loaded
    = rows_replaced + rows_withdrawn + rows_after_as_of + rows_not_formal + rows_superseded + rows_same_key + rows_added
    + rows_in_force
    and rows_in_force = rows_matched + rows_in_review + rows_without_firm
    and (rows_in_force - event_count = rows_told or (source = 'recognitions' and rows_in_force - event_count > rows_told))
        as is_balanced
from followed
