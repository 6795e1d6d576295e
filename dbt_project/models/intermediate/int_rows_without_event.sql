-- Why a row in force is no event, per file and reason; what int_events leaves out, in its order.
{%- set grounds_nothing = {
    'parks': '园区名录，说明园区是谁', 'applications': '申报，挂在权益上', 'payments': '拨付，挂在申报上',
    'other_awards': '其他奖补，从上限中扣除', 'credit_flags': '信用名单，随企业显示',
    'software_monthly': '软件业月报，计入产业指标', 'benchmarks': '全国、省和其他地区的公布数，供对照'
} %}
{%- set grounds = {
    'listings': {'asks': 'asks_listing', 'day': 'listed_on'},
    'projects': {'asks': 'case when investment_category is null then asks_project else asks_investment end',
        'day': 'case when investment_category is null then approved_on else investment_completed_on end',
        'join': 'left join investments on category = investment_category'},
    'headquarters': {'asks': 'asks_headquarters_year or asks_contribution_year',
        'day': "case when asks_headquarters_year then recognised_on else greatest(recognised_on, make_date(accounting_year, 12, 31)) end"},
    'tenancies': {'asks': 'asks_rent_year', 'day': 'greatest(make_date(rent_year, 1, 1), tenant_since)',
        'own': "when rent_year is null then '未报租金年度'"},
    'spinoffs': {'asks': 'asks_spinoff', 'day': 'selected_on', 'own': "when not coalesce(is_selected, false) then '未入选'"},
    'matters': {'asks': 'asks_matter', 'day': 'happened_on', 'own': "when asked_matter is null then '没有条款以此类事项为依据'",
        'join': 'left join matters on matter = asked_matter'},
    'declarations': {'asks': 'asks_declared_year', 'day': 'make_date(stat_year, 12, 31)'},
    'statistics': {'asks': 'asks_statistics_year or asks_first_listing', 'day': 'make_date(stat_year, 12, 31)',
        'own': "when not asks_statistics_year and asks_first_listing
            and (not coalesce(is_on_software_list, false)
                or row_number() over (partition by enterprise_id, is_on_software_list order by stat_year nulls last) > 1)
            then '不是首次列入名录的年度'"},
} %}
{%- set kinds = ['listing', 'project', 'investment', 'headquarters_year', 'contribution_year', 'rent_year', 'spinoff', 'matter',
    'declared_year', 'statistics_year', 'first_listing', 'move_in'] %}
with
clauses as (select * from {{ source('policy', 'clause') }}),

asked as (
    select
        {%- for kind in kinds %}
        coalesce(bool_or(event_kind = '{{ kind }}'), false) as asks_{{ kind }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (select {{ each_of('event_kinds') }} as event_kind from clauses) as e
),

matters as (select distinct asked_matter from (select {{ each_of('matters') }} as asked_matter from clauses) as m),

investments as (
    select category as investment_category from {{ source('reference', 'category') }}
    where event_kind = 'investment'
),

told as (
    {%- for name, reason in grounds_nothing.items() %}
    select '{{ name }}' as source, source_file, '{{ reason }}' as reason from {{ ref('stg_' ~ name) }}
    union all
    {%- endfor %}
    {%- for name, ground in grounds.items() %}
    select
        '{{ name }}' as source,
        source_file,
        case
            {{ ground.get('own', '') }}
            when not ({{ ground.asks }}) then '没有条款以此为依据'
            when enterprise_id is null then '企业名称未认定'
            when {{ ground.day }} > {{ as_of() }} then '资格日在截至日之后'
            {%- if name == 'tenancies' %}
            when room_no > 1 then '同一企业同年的另一间房，已并入'
            {%- endif %}
        end as reason
    from {{ ref('stg_' ~ name) }}
    cross join asked
    {{ ground.get('join', '') }}
    union all
    {%- endfor %}
    select
        'recognitions' as source,
        r.source_file,
        case
            when t.list is null then '称号不在目录'
            when r.enterprise_id is null and p.park_name_key is null then '企业名称未认定'
        end as reason
    from {{ ref('stg_recognitions') }} as r
    left join {{ source('reference', 'title') }} as t on r.list = t.list
    left join (select distinct park_name_key from {{ ref('stg_parks') }}) as p on r.park_name_key = p.park_name_key
    union all
    select
        'recognitions' as source,
        source_file,
        case step when 'candidate' then '培育、试点或入库，不是认定' when 'cancelled' then '取消称号' else '称号随企业更名' end
            as reason
    from {{ ref('int_title_lines') }}
    where step not in ('granted', 'renewed', 'notice')
    union all
    select
        'budgets' as source,
        b.source_file,
        case
            when c.policy_id is null then '政策编号不在本市政策之列，不计入'
            when m.measure_no is null and b.measure_no is not null then '政策没有这条措施，不计入'
            else '预算，与拨付对照'
        end as reason
    from {{ ref('stg_budgets') }} as b
    left join (select distinct policy_id from clauses) as c on b.policy_id = c.policy_id
    left join (select distinct policy_id, measure_no from {{ ref('int_primary_clauses') }}) as m
        on b.policy_id = m.policy_id and b.measure_no = m.measure_no
    union all
    select
        'registrations' as source,
        source_file,
        case
            when asks_move_in and moved_to_city_on <= {{ as_of() }} then null
            else '登记，说明企业是谁'
        end as reason
    from {{ source('identity', 'enterprise') }}
    cross join asked
)

select source, source_file, reason, count(*) as row_count
from told
where reason is not null
group by source, source_file, reason
