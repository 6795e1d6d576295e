-- Years with whose report the survey scope changed, over which no growth is told: those the reference data names, and those
-- in which most firms on the list name another 统计口径 than the year before.
with
told as (
    select
        stat_year,
        stat_scope,
        count(*) as firm_count
    from {{ ref('stg_statistics') }}
    where is_on_software_list and stat_scope is not null
    group by stat_year, stat_scope
),

prevailing as (
    select stat_year, stat_scope
    from (
        select
            *,
            -- one row a scope
            row_number() over (partition by stat_year order by firm_count desc nulls last, stat_scope asc nulls last) as place
        from told
    ) as ranked
    where place = 1
)

select cast(break_year as bigint) as break_year from {{ source('reference', 'series_break') }}

union

select n.stat_year as break_year
from prevailing as n
inner join prevailing as b on n.stat_year = b.stat_year + 1 and n.stat_scope <> b.stat_scope
