with
rows as (
    {{ keyed_rows('benchmarks') }}
)

select
    series,
    area,
    period,
    value,
    unit,
    yoy_percent,
    vintage,
    published_on,
    issuer,
    title,
    source_file,
    row_no,
    received_on
from rows
where row_status = 'in_force'
