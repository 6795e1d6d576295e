-- The years of the firm's statistics that each event may see: a year of them, and a first listing, those up to it by the
-- last word; any other event those that had come by its day, as they were told then.
with
events as (
    select
        event_id,
        {{ is_of_a_year('event_kind') }} as is_of_year,
        enterprise_id,
        qualified_on,
        event_year
    from {{ ref('int_events') }}
    where enterprise_id is not null
)

select
    e.event_id,
    e.is_of_year,
    e.qualified_on,
    s.*
from events as e
inner join {{ ref('int_statistics_told') }} as s
    on e.enterprise_id = s.enterprise_id
    and case
        when e.is_of_year then s.is_last_word and e.event_year >= s.stat_year
        else e.qualified_on >= s.told_on and coalesce(e.qualified_on < s.replaced_on, true)
    end
