-- The days a stock is told of: each year's end since the first title of a firm, and the day the build stands on.
with first_year as (select cast(year(min(begins_on)) as integer) as year_no from {{ ref('int_title_spans') }})

select distinct least(make_date(cast(range as integer), 12, 31), {{ as_of() }}) as stood_on
from range(
    (select coalesce(year_no, cast(year({{ as_of() }}) as integer)) from first_year),
    cast(year({{ as_of() }}) as integer) + 1
)
