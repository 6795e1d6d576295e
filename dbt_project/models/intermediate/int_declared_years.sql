-- The years of figures a firm declared itself that each event may see, where some policy goes by them (D20): a year of them,
-- and a first listing, those up to it; any other event those that had ended before its day. They come with applications, after
-- the event, so that the last word counts whenever it came.
select
    e.event_id,
    d.* exclude (enterprise_name, application_no, source_file, sheet, row_no, received_on),
    d.received_on as told_on
from {{ ref('int_events') }} as e
inner join {{ ref('stg_declarations') }} as d
    on e.enterprise_id = d.enterprise_id
    and case when {{ is_of_a_year('e.event_kind') }} then e.event_year >= d.stat_year else year(e.qualified_on) > d.stat_year end
where exists (select 1 from {{ source('policy', 'clause') }} as c where c.is_declared)
