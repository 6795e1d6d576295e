-- From which day until which a title stands (梯度培育): until it is cancelled or its printed last day has passed. Past the
-- years its reference gives it, without a renewal on file, it is in doubt and not over; so is that of a line that names
-- several firms (D18). A share that is listed stands since; whether a market is a listing may be in doubt.
with
lines as (
    select * from {{ ref('int_title_lines') }}
    where enterprise_id is not null and park_id is null
),

titles as (select * from {{ source('reference', 'title') }}),

ladder as (select * from {{ source('reference', 'rung') }}),

granted as (
    select
        *,
        row_number() over (
            order by
                list nulls last, enterprise_id nulls last, published_on nulls last, step nulls last, level nulls last,
                source_file nulls last, row_no nulls last, firm_no nulls last
        ) as span_no
    from lines
    where step in ('granted', 'renewed')
),

cancelled as (
    select
        g.span_no,
        min(c.published_on) as cancelled_on
    from granted as g
    inner join lines as c
        on g.list = c.list
        and g.enterprise_id = c.enterprise_id
        and {{ is_later_of_title('c', 'g') }}
    where c.step = 'cancelled'
    group by g.span_no
),

spans as (
    select
        g.enterprise_id,
        g.list,
        g.title,
        g.level,
        g.grade_number,
        g.title_rank,
        coalesce(g.title_item, '') as title_item,
        g.step,
        g.published_on as begins_on,
        c.cancelled_on,
        g.valid_until,
        case when g.valid_until is null then {{ months_later('g.published_on', '12 * t.lasts_years') }} end
            as sure_until,
        g.named_firm_count > 1 as is_shared,
        g.title_words,
        g.source_file,
        g.row_no
    from granted as g
    inner join titles as t on g.list = t.list
    left join cancelled as c on g.span_no = c.span_no

    union all

    select
        enterprise_id,
        'listing' as list,
        listing_words as title,
        cast(null as string) as level,
        cast(null as bigint) as grade_number,
        cast(null as bigint) as title_rank,
        stock_code as title_item,
        'granted' as step,
        listed_on as begins_on,
        cast(null as date) as cancelled_on,
        cast(null as date) as valid_until,
        cast(null as date) as sure_until,
        exchange_answer = 1 as is_shared,
        listing_words as title_words,
        source_file,
        row_no
    from {{ ref('stg_listings') }}
    where enterprise_id is not null and listed_on <= {{ as_of() }} and exchange_answer <> 3
)

select
    s.enterprise_id,
    s.list,
    s.title,
    s.level,
    s.grade_number,
    s.title_rank,
    s.title_item,
    s.step,
    s.begins_on,
    s.cancelled_on,
    -- both days count; null: no end seen
    least(s.cancelled_on - 1, s.valid_until) as stands_until,
    least(s.cancelled_on - 1, s.valid_until, s.sure_until) as sure_until,
    s.is_shared,
    s.title_words,
    s.source_file,
    s.row_no,
    l.rung,
    l.rung_title,
    l.rung_rank
from spans as s
left join ladder as l on s.list = coalesce(l.list, 'listing') and s.level is not distinct from l.level
