{# The figures of years that one source tells of a firm, as events see them: those of the newest year, lists of the years
   before it (the last one first, null is not on file), in `words` where they come from.
   `told`: a row for each event and year it may see. `plain`: what is of the newest year alone. `breaks`: a relation of years
   with whose report the scope changed: over them, and over those with which the firm's own words for it (scope_words) did,
   nothing is compared. #}
{% macro figures_seen(told, words, plain, breaks=none) %}
{%- set of_years = figures_of_years().split() %}
with
told as (select * from {{ told }}),

reach as (
    select
        event_id,
        max(stat_year) as newest_year,
        min(stat_year) as oldest_year
    from told
    group by event_id
),

years as (
    select
        event_id,
        newest_year - back as stat_year,
        back
    from (
        select
            *,
            {{ each_of(numbers(0, 'newest_year - oldest_year')) }} as back
        from reach
    ) as spread
),
{% if breaks %}
breaks as (
    select
        r.event_id,
        b.break_year
    from reach as r
    inner join {{ breaks }} as b on r.newest_year >= b.break_year
    union
    select
        event_id,
        stat_year as break_year
    from (
        select
            *,
            lag(scope_words) over (partition by event_id order by stat_year nulls last) as words_before
        from told
        where scope_words is not null
    ) as scopes
    where scope_words <> words_before
),

break_lists as (
    select
        event_id,
        {{ listed('break_year', 'break_year') }} as break_years
    from breaks
    group by event_id
),
{% endif %}
figures as (
    select
        y.event_id,
        {%- for name in of_years + plain %}
        max(t.{{ name }}) filter (where y.back = 0) as {{ name }},
        {%- endfor %}
        {%- for name in of_years %}
        {{ listed('t.' ~ name, 'y.back', 'y.back > 0') }} as {{ name }}_before,
        {%- endfor %}
        max(t.told_on) filter (where y.back = 0) as told_on
    from years as y
    left join told as t on y.event_id = t.event_id and y.stat_year = t.stat_year
    group by y.event_id
)

select
    r.event_id,
    r.newest_year as figure_year,
    {{ 'b.break_years' if breaks else 'cast(null as ' ~ list_type('bigint') ~ ')' }} as break_years,
    r.newest_year || ' 年{{ words }}（' || f.told_on || ' 收到）' as figure_words,
    {%- for name in of_years + plain %}
    f.{{ name }},
    {%- endfor %}
    {%- for name in of_years %}
    f.{{ name }}_before{{ ',' if not loop.last }}
    {%- endfor %}
from reach as r
left join figures as f on r.event_id = f.event_id
{%- if breaks %}
left join break_lists as b on r.event_id = b.event_id
{%- endif %}
{% endmacro %}
