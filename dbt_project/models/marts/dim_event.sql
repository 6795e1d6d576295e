with
events as (
    select
        event_id,
        event_kind,
        enterprise_id,
        park_id,
        printed_name,
        event_title,
        list,
        level,
        grade,
        scheme,
        certificate_no,
        project_no,
        qualified_on,
        document,
        issuer,
        first_answer,
        first_reason,
        series_kind,
        source,
        source_file,
        sheet,
        row_no
    from {{ ref('int_events') }}

    union all

    -- shown in the life of a title; no claim stands on them
    select
        event_id,
        event_kind,
        enterprise_id,
        park_id,
        printed_name,
        event_title,
        list,
        level,
        grade,
        scheme,
        certificate_no,
        cast(null as string) as project_no,
        qualified_on,
        document,
        issuer,
        cast(null as tinyint) as first_answer,
        first_reason,
        series_kind,
        source,
        source_file,
        sheet,
        row_no
    from {{ ref('int_title_steps') }}
)

select
    event_id,
    event_kind,
    enterprise_id,
    park_id,
    printed_name,
    event_title,
    list,
    level,
    grade,
    scheme,
    certificate_no,
    project_no,
    qualified_on,
    document,
    issuer,
    case when first_answer is not null then {{ words_of_answer('first_answer') }} end as first_outcome,
    first_reason,
    series_kind,
    source,
    source_file,
    sheet,
    row_no
from events
