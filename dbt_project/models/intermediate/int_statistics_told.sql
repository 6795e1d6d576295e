-- What the yearly statistics told of a firm's year and when: a row for each file that told it, from its arrival to the next.
with
rows as (
    {{ keyed_rows('statistics') }}
),

-- a file that says a year twice means the last line
said as (
    select *
    from rows
    where row_status in ('in_force', 'superseded') and enterprise_id is not null
    qualify row_number() over (partition by enterprise_id, stat_year, source_file order by row_no desc, sheet desc) = 1
)

select
    enterprise_id,
    cast(stat_year as bigint) as stat_year,
    received_on as told_on,
    lead(received_on) over (
        partition by enterprise_id, stat_year order by row_status = 'in_force', received_on, file_order, source_file
    ) as replaced_on,
    row_status = 'in_force' as is_last_word,
    {{ plain_words('stat_scope') }} as scope_words,
    software_revenue_yuan,
    revenue_yuan,
    rd_expense_yuan,
    product_revenue_yuan,
    it_service_revenue_yuan,
    security_revenue_yuan,
    embedded_revenue_yuan,
    profit_yuan,
    wages_yuan,
    staff_count,
    software_staff_count,
    export_usd,
    main_field,
    feature_field,
    stat_scope,
    is_on_software_list,
    is_scale_service
from said
