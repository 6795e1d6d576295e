with
files as (
    select
        source,
        count(*) as file_count,
        count(*) filter (where status = 'refused') as refused_file_count,
        sum(rows_read) as rows_read,
        sum(rows_loaded) as rows_loaded,
        sum(rows_skipped) as rows_skipped,
        sum(rows_quarantined) as rows_quarantined,
        max(received_on) filter (where status <> 'refused') as last_received_on
    from {{ ref('mart_source_file') }}
    where status not in ('superseded', 'withdrawn')
    group by source
)

select
    s.source,
    s.title,
    s.sender,
    s.rhythm,
    s.rhythm_days,
    coalesce(f.file_count, 0) as file_count,
    coalesce(f.refused_file_count, 0) as refused_file_count,
    cast(coalesce(f.rows_read, 0) as bigint) as rows_read,
    cast(coalesce(f.rows_loaded, 0) as bigint) as rows_loaded,
    cast(coalesce(f.rows_skipped, 0) as bigint) as rows_skipped,
    cast(coalesce(f.rows_quarantined, 0) as bigint) as rows_quarantined,
    f.last_received_on,
    -- of a past day built again a file may have come since; greatest() passes over null
    case when f.last_received_on is not null then greatest({{ days_between('f.last_received_on', today()) }}, 0) end
        as days_since_received,
    case
        when f.last_received_on is null then 'missing'
        when {{ days_between('f.last_received_on', today()) }} > s.rhythm_days then 'stale'
        else 'fresh'
    end as status,
    {{ today() }} as counted_on
from {{ source('arrivals', 'source') }} as s
left join files as f on s.source = f.source
-- what no policy of the city asks for is not missing
where s.is_asked or f.source is not null
