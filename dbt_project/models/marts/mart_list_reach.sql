-- How far back the lists reach that a clause needs to say 首次 (D10), for the earliest grant that counts.
with
clauses as (select * from {{ source('policy', 'clause') }}),

titles as (select * from {{ source('reference', 'title') }}),

reach as (
    select * from {{ ref('int_list_reach') }}
    where is_today
),

wanted as (
    select
        policy_id,
        document,
        clause_id,
        clause_order,
        first_levels,
        {{ each_of('first_lists') }} as list
    from clauses
)

select distinct
    w.policy_id,
    w.document,
    w.clause_id,
    cast(w.clause_order as bigint) as clause_order,
    r.list,
    t.title,
    nullif(r.title_item, '') as kind,
    r.needed_level as level,
    cast(r.level_rank as bigint) as level_rank,
    r.reaches_back_to,
    r.needed_back_to,
    r.newest_on,
    r.is_reached,
    r.is_unverified,
    r.source,
    case when not r.is_reached then r.level_words || coalesce(nullif(r.title_item, ''), t.title) || '名单' || r.missing_words end
        as missing_words
from wanted as w
inner join titles as t on w.list = t.list
inner join reach as r
    on w.list = r.list and ({{ length_of('w.first_levels') }} = 0 or array_contains(w.first_levels, r.level))
