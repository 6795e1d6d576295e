-- What each source brought, arrival by arrival; a full file is measured against the usual one, the median of the
-- twelve full files before it. A file a person let stand in spite of its size begins a new count; what was withdrawn
-- came as if never; a copy of a file read before brings no rows and has no size.
with
arrivals as (
    select
        source,
        received_on,
        delivery,
        coalesce(bool_or(is_accepted), false) as is_accepted,
        count(*) as file_count,
        count(*) filter (where status = 'refused') as refused_file_count,
        count(*) filter (where status = 'loaded') as loaded_file_count,
        sum(rows_read) as rows_read,
        sum(rows_loaded) as rows_loaded,
        sum(rows_skipped) as rows_skipped,
        sum(rows_quarantined) as rows_quarantined
    from {{ source('arrivals', 'file') }}
    where status not in ('superseded', 'withdrawn')
    group by source, received_on, delivery
),

eras as (
    select
        *,
        sum(case when is_accepted then 1 else 0 end) over (partition by source order by received_on nulls last) as era
    from arrivals
    where delivery = 'full' and loaded_file_count > 0
),

numbered as (
    select
        source,
        era,
        received_on,
        rows_loaded,
        -- one row a day of arrival
        row_number() over (partition by source, era order by received_on nulls last) as place,
        row_number() over (partition by source order by received_on desc nulls last) as age
    from eras
),

fulls as (
    select
        n.source,
        n.received_on,
        n.rows_loaded,
        n.age,
        median(b.rows_loaded) as usual_rows
    from numbered as n
    left join numbered as b on n.source = b.source and n.era = b.era and b.place between n.place - 12 and n.place - 1
    group by n.source, n.received_on, n.rows_loaded, n.age
)

select
    a.source,
    a.received_on,
    a.delivery,
    cast(a.file_count as bigint) as file_count,
    cast(a.refused_file_count as bigint) as refused_file_count,
    cast(a.rows_read as bigint) as rows_read,
    cast(a.rows_loaded as bigint) as rows_loaded,
    cast(a.rows_skipped as bigint) as rows_skipped,
    cast(a.rows_quarantined as bigint) as rows_quarantined,
    {{ rate('a.rows_quarantined', 'a.rows_read') }} as quarantine_rate,
    cast(f.usual_rows as double) as usual_rows,
    {{ rate('f.rows_loaded', 'f.usual_rows') }} as share_of_usual,
    case when f.age = 1 then {{ rate("f.rows_loaded", "f.usual_rows") }} end as newest_full_share
from arrivals as a
left join fulls as f on a.source = f.source and a.received_on = f.received_on and a.delivery = 'full'
