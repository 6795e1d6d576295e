-- The days a stock is told of: each year's end since the first title of a firm, and the day the build stands on.
with
first_year as (select coalesce(year(min(begins_on)), year({{ as_of() }})) as year_no from {{ ref('int_title_spans') }}),

years as (
    select {{ each_of(numbers('year_no', 'year(' ~ as_of() ~ ')')) }} as year_no
    from first_year
)

select distinct least(make_date(cast(year_no as integer), 12, 31), {{ as_of() }}) as stood_on
from years
