-- What contradicts the firm's own other months is doubted, in words and with the figures: it may be the unit or the column
-- that is wrong. A thousandfold figure is in no sum, a base that is last month's figure in no growth.
with
reports as (select * from {{ ref('stg_software_monthly') }}),

places as (
    select * from {{ ref('int_industry_places') }}
    where is_reported
),

compared as (
    select
        r.*,
        p.district_code,
        p.park_id,
        p.is_due,
        {{ rate('r.software_revenue_yuan', 'r.month_no') }} as monthly_yuan,
        {{ usual_of_months('r', rate('r.software_revenue_yuan', 'r.month_no')) }} as usual_yuan
    from reports as r
    inner join places as p on r.enterprise_id = p.enterprise_id and r.period = p.period
),

scaled as (
    select
        *,
        coalesce({{ is_thousandfold('monthly_yuan', 'usual_yuan') }}, false) as is_out_of_scale,
        coalesce({{ is_thousandfold(rate('software_revenue_base_yuan', 'month_no'), 'usual_yuan') }}, false)
            as is_base_out_of_scale
    from compared
),

before as (
    select
        *,
        lag(software_revenue_yuan) over of_year as last_yuan,
        lag(revenue_yuan) over of_year as last_revenue_yuan,
        lag(is_out_of_scale) over of_year as is_last_out_of_scale
    from scaled
    window of_year as (partition by enterprise_id, stat_year order by month_no nulls last)
),

judged as (
    select
        *,
        {{ is_base_of_last_month() }} as is_base_of_last_month,
        coalesce(software_revenue_yuan < last_yuan and not is_last_out_of_scale and not is_out_of_scale, false) as is_falling
    from before
),

settled as (
    select
        *,
        not is_out_of_scale as is_counted,
        not is_out_of_scale and not is_base_out_of_scale and not is_base_of_last_month as is_base_usable
    from judged
)

select
    enterprise_id,
    period,
    stat_year,
    month_no,
    period_end_on,
    district_code,
    park_id,
    {{ size_class(rate('case when is_base_usable then software_revenue_base_yuan end * 12', 'month_no')) }} as size_class,
    is_due,
    is_counted,
    is_base_usable,
    is_base_usable and software_revenue_yuan is not null and coalesce(software_revenue_base_yuan <> 0, false) as is_matched,
    is_base_usable and coalesce(software_revenue_yuan > 0 and software_revenue_base_yuan = 0, false) as is_entrant,
    nullif(concat_ws(
        '；',
        case when is_out_of_scale then '软件业务收入每月 ' || {{ words_of_yuan('monthly_yuan') }} || '，本企业通常每月 '
            || {{ words_of_yuan('usual_yuan') }} || '，相差千倍以上，疑为单位有误，未计入' end,
        case when is_base_out_of_scale then '上年同期累计 ' || {{ words_of_yuan('software_revenue_base_yuan') }} || '，与本企业通常每月 '
            || {{ words_of_yuan('usual_yuan') }} || ' 相差千倍以上，疑为单位有误，不计增速' end,
        case when is_base_of_last_month then '上年同期累计与上期累计相同（' || {{ words_of_yuan('last_yuan') }}
            || '），疑把环比当同比，不计增速' end,
        case when is_falling then '累计数比上期减少：上期 ' || {{ words_of_yuan('last_yuan') }} || '，本期 '
            || {{ words_of_yuan('software_revenue_yuan') }} end
    ), '') as doubt,
    is_falling,
    {{ form_columns() }},
    received_on,
    source_file,
    row_no
from settled
