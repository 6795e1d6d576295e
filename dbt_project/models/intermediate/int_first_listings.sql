-- When a firm first stood on 软件统计名录, as each event may know it. It is the first only where the lists of the years
-- before are on file: from its registration on, and as far back as a first has to be looked up (D10).
with
years as (select * from {{ ref('int_event_years') }}),

enterprises as (select * from {{ ref('stg_enterprises') }}),

settings as (select coalesce(cast(max(lookback_years) as bigint), 0) as lookback_years from {{ source('policy', 'clause') }}),

lists as (
    select
        stat_year,
        min(told_on) as came_on
    from {{ ref('int_statistics_told') }}
    where is_on_software_list
    group by stat_year
),

firsts as (
    select
        event_id,
        bool_or(is_of_year) as is_of_year,
        max(qualified_on) as qualified_on,
        max(enterprise_id) as enterprise_id,
        max(stat_year) as asked_year,
        {{ of_last('is_on_software_list', ['stat_year']) }} as is_listed,
        min(stat_year) filter (where is_on_software_list) as first_year,
        bool_or(is_on_software_list is null) as is_open
    from years
    group by event_id
),

-- the lists that had come by then
come as (
    select
        t.event_id,
        {{ listed('l.stat_year', 'l.stat_year') }} as years_come
    from firsts as t
    inner join lists as l on t.is_of_year or t.qualified_on >= l.came_on
    group by t.event_id
),

-- the years before in which it may have stood on a list that is not on file
gaps as (
    select
        f.*,
        greatest(coalesce(year(e.registered_on), 0), f.first_year - s.lookback_years) as needed_from,
        {%- set needed_from = 'greatest(coalesce(year(e.registered_on), 0), f.first_year - s.lookback_years)' %}
        {%- set years = numbers(needed_from, 'f.first_year - 1') %}
        {{ those_of(years, 'one', 'not array_contains(c.years_come, one)') }} as missing_years
    from firsts as f
    cross join settings as s
    left join enterprises as e on f.enterprise_id = e.enterprise_id
    left join come as c on f.event_id = c.event_id
),

settled as (
    select
        *,
        not is_open and {{ length_of('missing_years') }} = 0 as is_certain
    from gaps
)

select
    event_id,
    case when is_certain then make_date(first_year, 12, 31) end as first_listed_on,
    cast(case
        when not is_of_year then null
        when first_year < asked_year or not is_listed then 3
        when is_listed and is_certain then 0
        else 2
    end as tinyint) as first_listed_answer,
    case
        when first_year < asked_year then first_year || ' 年已在软件统计名录'
        when not is_listed then '不在 ' || asked_year || ' 年软件统计名录'
        when is_listed is null then asked_year || ' 年是否在名录未载明'
        when {{ length_of('missing_years') }} > 0 then '未收到 ' || {{ in_one_text('missing_years', '、') }} || ' 年软件统计名录，首次不能确认'
        when is_open then '此前有年度是否在名录未载明，首次不能确认'
        when needed_from >= first_year then '登记当年列入名录'
        else first_year || ' 年首次列入，名录已自 ' || needed_from || ' 年查起'
    end as first_listed_reason
from settled
