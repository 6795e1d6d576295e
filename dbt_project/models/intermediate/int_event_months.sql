-- The last monthly report of the firm as an event sees it: a year of the statistics that of its December, by the last word;
-- any other event the last that had come by its day, as it was told then, if it is not older than a year.
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
),

told as (
    select
        *,
        {{ end_of_month("cast(period || '-01' as date)") }} as period_end_on,
        row_status = 'in_force' as is_last_word,
        lead(received_on) over (
            partition by enterprise_id, period order by row_status = 'in_force', received_on, file_order, source_file
        ) as replaced_on
    from said
),

-- as fct_software_month doubts them: another scale than is usual for the firm, a base that is the figure of the month before
doubted as (
    select
        *,
        coalesce({{ is_thousandfold('monthly_yuan', 'usual_yuan') }}, false) as is_out_of_scale,
        coalesce({{ is_thousandfold('base_monthly_yuan', 'usual_yuan') }}, false)
        or coalesce(software_revenue_base_yuan > 0 and software_revenue_base_yuan = last_yuan, false) as is_no_base
    from (
        select
            *,
            software_revenue_yuan / cast(substr(period, 6, 2) as integer) as monthly_yuan,
            software_revenue_base_yuan / cast(substr(period, 6, 2) as integer) as base_monthly_yuan,
            median(software_revenue_yuan / cast(substr(period, 6, 2) as integer)) over (partition by enterprise_id) as usual_yuan,
            lag(software_revenue_yuan) over (
                partition by enterprise_id, substr(period, 1, 4), is_last_word order by period
            ) as last_yuan
        from told
    ) as compared
),

seen as (
    select
        e.event_id,
        t.*,
        row_number() over (partition by e.event_id order by t.period desc) as choice
    from {{ ref('int_events') }} as e
    inner join doubted as t
        on e.enterprise_id = t.enterprise_id
        and case
            when e.event_kind in ('statistics_year', 'first_listing') then t.is_last_word and t.period = e.event_year || '-12'
            else
                e.qualified_on >= t.received_on and coalesce(e.qualified_on < t.replaced_on, true)
                and t.period_end_on >= e.qualified_on - to_years(1)
        end
)

select
    event_id,
    period as month_period,
    period || ' 月报累计（' || received_on || ' 收到）' || case
        when is_out_of_scale then '：与本企业通常相差千倍以上，疑为单位有误，不用'
        when is_no_base then '：上年同期疑有误，不计同比'
        else ''
    end as month_words,
    {%- for stem, unit in form_figures() %}
    case when not is_out_of_scale then {{ stem }}_{{ unit }} end as month_{{ stem }}_{{ unit }},
    case when not is_out_of_scale and not is_no_base then {{ stem }}_base_{{ unit }} end
        as month_{{ stem }}_base_{{ unit }}{{ ',' if not loop.last }}
    {%- endfor %}
from seen
where choice = 1
