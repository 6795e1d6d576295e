-- The last monthly report of the firm as an event sees it: a year of the statistics that of its December, by the last word;
-- any other event the last that had come by its day, as it was told then. Whether that is too old is asked by each clause
-- (D20.month_age of its policy).
with
told as (select * from {{ ref('int_months_told') }}),

-- doubted as fct_software_month doubts them: another scale than is usual for the firm, a base that is the month before
compared as (
    select
        t.*,
        {{ rate('t.software_revenue_yuan', 't.month_no') }} as monthly_yuan,
        {{ rate('t.software_revenue_base_yuan', 't.month_no') }} as base_monthly_yuan,
        {{ usual_of_months('t', rate('t.software_revenue_yuan', 't.month_no'), counted='t.is_last_word') }} as usual_yuan,
        lag(t.software_revenue_yuan) over of_year as last_yuan,
        lag(t.revenue_yuan) over of_year as last_revenue_yuan
    from told as t
    window of_year as (
        partition by t.enterprise_id, t.stat_year, t.is_last_word order by t.month_no nulls last, t.source_file nulls last
    )
),

doubted as (
    select
        *,
        coalesce({{ is_thousandfold('monthly_yuan', 'usual_yuan') }}, false) as is_out_of_scale,
        coalesce({{ is_thousandfold('base_monthly_yuan', 'usual_yuan') }}, false) or {{ is_base_of_last_month() }} as is_no_base
    from compared
),

seen as (
    select
        e.event_id,
        t.enterprise_id,
        t.period,
        t.source_file,
        row_number() over (partition by e.event_id order by t.period desc nulls last) as choice
    from {{ ref('int_events') }} as e
    inner join told as t
        on e.enterprise_id = t.enterprise_id
        and case
            when {{ is_of_a_year('e.event_kind') }} then t.is_last_word and t.period = e.event_year || '-12'
            else e.qualified_on >= t.received_on and coalesce(e.qualified_on < t.replaced_on, true)
        end
)

select
    s.event_id,
    d.period as month_period,
    d.period || ' 月报累计（' || d.received_on || ' 收到）' || case
        when d.is_out_of_scale then '：与本企业通常相差千倍以上，疑为单位有误，不用'
        when d.is_no_base then '：上年同期疑有误，不计同比'
        else ''
    end as month_words,
    {%- for stem, unit in form_figures() %}
    case when not d.is_out_of_scale then d.{{ stem }}_{{ unit }} end as month_{{ stem }}_{{ unit }},
    case when not d.is_out_of_scale and not d.is_no_base then d.{{ stem }}_base_{{ unit }} end
        as month_{{ stem }}_base_{{ unit }}{{ ',' if not loop.last }}
    {%- endfor %}
from seen as s
inner join doubted as d on s.enterprise_id = d.enterprise_id and s.period = d.period and s.source_file = d.source_file
where s.choice = 1
