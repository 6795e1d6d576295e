-- What the monthly form told of a firm's month and when: a row for each file that told it, from its arrival to the next.
with
told as (
    {{ rows_as_told('software_monthly', 'period') }}
)

select
    t.enterprise_id,
    t.period,
    cast(substr(t.period, 1, 4) as bigint) as stat_year,
    cast(substr(t.period, 6, 2) as bigint) as month_no,
    t.received_on,
    t.replaced_on,
    t.is_last_word,
    t.source_file,
    {{ form_columns('t.') }}
from told as t
