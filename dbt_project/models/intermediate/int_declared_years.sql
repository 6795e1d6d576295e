-- The years of figures a firm declared itself that each event may see, where some policy goes by them (D20): a year of them,
-- and a first listing, those up to it; any other event those that had ended before its day. They come with applications, after
-- the event, so that the last word counts whenever it came.
with
events as (select * from {{ ref('int_events') }}),

declarations as (select * from {{ ref('stg_declarations') }}),

goes_by_them as (
    select * from {{ source('policy', 'clause') }}
    where is_declared
)

select
    e.event_id,
    d.stat_year,
    d.received_on as told_on,
    {%- for name in figures_of_years().split() %}
    d.{{ name }},
    {%- endfor %}
    d.main_field,
    d.feature_field,
    d.is_scale_service
from events as e
inner join declarations as d
    on e.enterprise_id = d.enterprise_id
    and case when {{ is_of_a_year('e.event_kind') }} then e.event_year >= d.stat_year else year(e.qualified_on) > d.stat_year end
where (select count(*) from goes_by_them) > 0
