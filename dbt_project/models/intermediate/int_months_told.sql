-- What the monthly form told of a firm's month and when: a row for each file that told it, from its arrival to the next.
with
rows as (
    {{ keyed_rows('software_monthly') }}
),

-- a file that says a period twice means the last line
said as (
    select *
    from rows
    where row_status in ('in_force', 'superseded') and enterprise_id is not null
    qualify row_number() over (partition by enterprise_id, period, source_file order by row_no desc, sheet desc) = 1
)

select
    s.enterprise_id,
    s.period,
    cast(substr(s.period, 1, 4) as bigint) as stat_year,
    cast(substr(s.period, 6, 2) as bigint) as month_no,
    s.received_on,
    lead(s.received_on) over (
        partition by s.enterprise_id, s.period order by s.row_status = 'in_force', s.received_on, s.file_order, s.source_file
    ) as replaced_on,
    s.row_status = 'in_force' as is_last_word,
    s.source_file,
    {{ form_columns('s.') }}
from said as s
