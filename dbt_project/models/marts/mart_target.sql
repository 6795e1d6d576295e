with
targets as (select * from {{ source('reference', 'target') }}),

newest as (
    select * from {{ ref('mart_indicator') }}
    where scope = 'city' and is_newest
),

beside as (
    select
        t.*,
        n.stat_year as actual_year,
        n.value as actual_value
    from targets as t
    left join newest as n on t.indicator_id = n.indicator_id and t.unit = n.unit
)

select
    target_id,
    indicator_id,
    title,
    target_year,
    target_value,
    unit,
    document,
    page,
    is_unverified,
    actual_year,
    actual_value,
    actual_value - target_value as gap_value,
    -- a year, compound, from the newest figure on
    case when unit <> '%' and actual_value > 0 and actual_value < target_value and target_year > actual_year
        then power({{ rate('target_value', 'actual_value') }}, {{ rate('1', '(target_year - actual_year)') }}) - 1
    end as pace_needed_rate,
    case
        when indicator_id is null then 'not_measured'
        when actual_value is null then 'unknown'
        when actual_value >= target_value then 'met'
        when actual_year >= target_year then 'not_met'
        else 'open'
    end as status,
    note,
    target_order
from beside
