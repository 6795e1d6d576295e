-- What the yearly statistics told of a firm's year and when: a row for each file that told it, from its arrival to the next.
with
told as (
    {{ rows_as_told('statistics', 'stat_year') }}
)

select
    enterprise_id,
    cast(stat_year as bigint) as stat_year,
    received_on as told_on,
    replaced_on,
    is_last_word,
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
from told
