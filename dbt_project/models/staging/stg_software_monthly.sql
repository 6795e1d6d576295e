with
rows as (
    {{ keyed_rows('software_monthly') }}
)

select
    r.enterprise_id,
    r.period,
    cast(substr(r.period, 1, 4) as bigint) as stat_year,
    cast(substr(r.period, 6, 2) as bigint) as month_no,
    {{ end_of_month("cast(r.period || '-01' as date)") }} as period_end_on,
    {{ form_columns('r.') }},
    r.source_file,
    r.row_no,
    r.received_on
from rows as r
where r.row_status = 'in_force'
