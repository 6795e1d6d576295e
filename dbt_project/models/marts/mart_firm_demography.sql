-- Districts, parks, capital and D9 are those of the data day, whenever the firm was registered.
{%- set cuts = {'all': "'all'", 'software': 'software_outcome', 'capital': 'capital_class'} %}
{%- set day_cuts = {'age': 'age_class', 'street': 'street'} %}
with
firms as (
    select
        enterprise_id,
        coalesce(district_code, 'none') as district,
        coalesce(park_id, 'none') as park,
        coalesce(software_outcome, 'unknown') as software_outcome,
        coalesce(street, 'unknown') as street,
        -- 1 to 6 from the smallest, so that the order is theirs; below 1,000,000 yuan, 5, 10, 50 and 100 millions
        case
            when registered_capital_yuan is null then 'unknown'
            when registered_capital_yuan < 1000000 then '1'
            when registered_capital_yuan < 5000000 then '2'
            when registered_capital_yuan < 10000000 then '3'
            when registered_capital_yuan < 50000000 then '4'
            when registered_capital_yuan < 100000000 then '5'
            else '6'
        end as capital_class,
        -- below 1, 3, 5, 10 and 20 years
        case
            when registered_on is null then 'unknown'
            when registered_on > {{ months_later(as_of(), -12) }} then '1'
            when registered_on > {{ months_later(as_of(), -36) }} then '2'
            when registered_on > {{ months_later(as_of(), -60) }} then '3'
            when registered_on > {{ months_later(as_of(), -120) }} then '4'
            when registered_on > {{ months_later(as_of(), -240) }} then '5'
            else '6'
        end as age_class,
        cast(date_trunc('quarter', registered_on) as date) as registered_quarter,
        -- who has no day of registration stands outside of the periods, its closing too
        cast(date_trunc('quarter', case when registered_on is not null then gone_on end) as date) as gone_quarter,
        gone_how,
        gone_how is not null and gone_on is null as is_gone_undated
    from {{ ref('dim_enterprise') }}
),

-- a register that says nothing of closing cannot tell who is still there
told as (
    select coalesce(bool_or(registration_status is not null or deregistered_on is not null), false) as are_closings_known
    from {{ ref('dim_enterprise') }}
),

districts as (select distinct district_code, district_name from {{ ref('dim_enterprise') }}),

-- births and departures of each part, by quarter; without a day under none
changes as (
    {% for cut, part in (cuts.items() | list) + (day_cuts.items() | list) %}
    select
        '{{ cut }}' as cut, {{ part }} as part, district, park, registered_quarter as quarter,
        count(*) as new_count,
        cast(0 as bigint) as closed_count,
        cast(0 as bigint) as absent_count,
        count(*) filter (where is_gone_undated) as undated_count
    from firms
    group by 1, 2, 3, 4, 5
    union all
    select
        '{{ cut }}', {{ part }}, district, park, gone_quarter,
        cast(0 as bigint),
        count(*) filter (where gone_how = 'closed'),
        count(*) filter (where gone_how = 'absent'),
        cast(0 as bigint)
    from firms
    where gone_how is not null
    group by 1, 2, 3, 4, 5
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

counted as (
    select
        {{ cut_columns(['district', 'park']) }},
        cut,
        part,
        quarter,
        cast(sum(new_count) as bigint) as new_count,
        cast(sum(closed_count) as bigint) as closed_count,
        cast(sum(absent_count) as bigint) as absent_count,
        cast(sum(undated_count) as bigint) as undated_count
    from changes
    group by cut, part, quarter, cube (district, park)
),

quarters as (
    select cast(quarter as date) as quarter
    from (
        select {{ each_months(3, 'first_quarter', as_of()) }} as quarter
        from (select coalesce(min(quarter), {{ as_of() }}) as first_quarter from counted) as f
    ) as q
),

parts as (
    select distinct district, park, cut, part from counted
    where cut in ('{{ cuts | join("', '") }}')
),

running as (
    select
        p.district,
        p.park,
        p.cut,
        p.part,
        q.quarter,
        coalesce(c.new_count, 0) as new_count,
        coalesce(c.closed_count, 0) as closed_count,
        coalesce(c.absent_count, 0) as absent_count,
        sum(c.new_count) over so_far as registered_count,
        sum(c.closed_count) over so_far as closed_so_far,
        sum(c.absent_count) over so_far as absent_so_far,
        sum(c.undated_count) over so_far as closed_undated_count
    from parts as p
    cross join quarters as q
    left join counted as c
        on p.district = c.district and p.park = c.park and p.cut = c.cut and p.part = c.part and q.quarter = c.quarter
    window so_far as (partition by p.district, p.park, p.cut, p.part order by q.quarter nulls last)
),

summed as (
    select
        district,
        park,
        cut,
        part,
        year_no,
        quarter,
        sum(new_count) as new_count,
        sum(closed_count) as closed_count,
        sum(absent_count) as absent_count,
        max(registered_count) as registered_count,
        max(closed_so_far) as closed_so_far,
        max(absent_so_far) as absent_so_far,
        max(closed_undated_count) as closed_undated_count
    from (select *, year(quarter) as year_no from running) as q
    group by grouping sets ((district, park, cut, part, year_no), (district, park, cut, part, year_no, quarter))
),

periods as (
    select
        district,
        park,
        cut,
        part,
        case when quarter is not null then 'quarter' else 'year' end as period_kind,
        year_no || coalesce('-Q' || quarter(quarter), '') as period,
        least(
            coalesce(cast(quarter + interval 3 months - interval 1 day as date), make_date(cast(year_no as integer), 12, 31)),
            {{ as_of() }}
        ) as ends_on,
        new_count,
        closed_count,
        absent_count,
        registered_count,
        closed_so_far,
        absent_so_far,
        closed_undated_count
    from summed
    where quarter is null or quarter >= date_trunc('quarter', {{ as_of() }}) - interval 57 months   -- five years

    union all

    -- of no day: on the register, and nobody knows since when
    select
        district,
        park,
        cut,
        part,
        'year',
        'unknown',
        cast(null as date),
        new_count,
        closed_count,
        absent_count,
        null,
        null,
        null,
        null
    from counted
    where quarter is null and cut in ('{{ cuts | join("', '") }}')

    union all

    select
        district,
        park,
        cut,
        part,
        'day',
        cast({{ as_of() }} as string),
        {{ as_of() }},
        sum(new_count),
        sum(closed_count),
        sum(absent_count),
        sum(new_count),
        sum(closed_count),
        sum(absent_count),
        sum(undated_count)
    from counted
    group by district, park, cut, part
)

select
    p.district,
    d.district_name,
    p.park,
    k.park_name,
    p.cut,
    p.part,
    p.period_kind,
    p.period,
    p.ends_on,
    cast(p.new_count as bigint) as new_count,
    cast(case when t.are_closings_known then p.closed_count end as bigint) as closed_count,
    cast(p.absent_count as bigint) as absent_count,
    cast(case when t.are_closings_known then p.new_count - p.closed_count - p.absent_count end as bigint) as net_count,
    cast(coalesce(p.registered_count, case when p.ends_on is not null then 0 end) as bigint) as registered_count,
    cast(case when t.are_closings_known and p.ends_on is not null
        then coalesce(p.registered_count, 0) - coalesce(p.closed_so_far, 0) - coalesce(p.absent_so_far, 0)
            -- on the data day they are gone, whenever that was; its own row has them among the closed
            - case when p.ends_on = {{ as_of() }} and p.period_kind <> 'day' then coalesce(p.closed_undated_count, 0) else 0 end
    end as bigint) as stock_count,
    cast(case when t.are_closings_known then coalesce(p.closed_undated_count, 0) end as bigint) as closed_undated_count
from periods as p
cross join told as t
left join districts as d on p.district = d.district_code
left join {{ ref('dim_park') }} as k on p.park = k.park_id
