-- Every event that can ground a claim, on the day that qualifies it (D7). Kinds fill what they have.
{%- set columns = {
    'event_id': 'string', 'event_kind': 'string', 'enterprise_id': 'string', 'firm_no': 'bigint', 'named_firm_count': 'bigint',
    'park_id': 'string', 'printed_name': 'string', 'event_title': 'string', 'qualified_on': 'date', 'source': 'string',
    'source_file': 'string', 'sheet': 'string', 'row_no': 'bigint', 'list': 'string', 'level': 'string', 'grade': 'string',
    'scheme': 'string', 'list_title': 'string', 'certificate_no': 'string', 'document': 'string', 'issuer': 'string',
    'first_answer': 'tinyint', 'first_reason': 'string', 'series_kind': 'string', 'series': 'string', 'renewal_answer': 'tinyint',
    'renewal_reason': 'string', 'grade_number': 'bigint', 'field': 'string', 'role': 'string', 'fee_yuan': 'decimal(18, 2)',
    'cancelled_on': 'date', 'market': 'string', 'exchange': 'string', 'exchange_answer': 'tinyint', 'exchange_reason': 'string',
    'project_no': 'string', 'category': 'string', 'direct_investment_yuan': 'decimal(18, 2)', 'has_own_ip': 'boolean',
    'has_good_market': 'boolean', 'is_effective': 'boolean', 'is_not_monopoly': 'boolean', 'is_exceptional': 'boolean',
    'is_review_passed': 'boolean', 'actual_investment_yuan': 'decimal(18, 2)', 'paid_in_capital_yuan': 'decimal(18, 2)',
    'paid_in_capital_note': 'string', 'recognised_on': 'date', 'settlement': 'string', 'event_year': 'bigint',
    'contribution_award_yuan': 'decimal(18, 2)', 'rent_yuan': 'decimal(18, 2)', 'subsidy_yuan': 'decimal(18, 2)',
    'rent_year_number': 'bigint', 'is_within_lease': 'boolean', 'selection_rank': 'bigint', 'matter': 'string',
    'matter_yuan': 'decimal(18, 2)', 'matter_quantity': 'double', 'matter_answers': 'string', 'counterparty': 'string',
} %}
{%- set of_all = [
    'event_id', 'event_kind', 'enterprise_id', 'event_title', 'qualified_on', 'source', 'source_file', 'sheet', 'row_no'
] %}
{#- each kind of events with what it has beside these -#}
{%- set kinds = {
    'recognition': ['firm_no', 'named_firm_count', 'park_id', 'printed_name', 'list', 'level', 'grade', 'scheme', 'list_title',
        'certificate_no', 'document', 'issuer', 'first_answer', 'first_reason', 'series_kind', 'series', 'renewal_answer',
        'renewal_reason', 'grade_number', 'field', 'role', 'fee_yuan', 'cancelled_on'],
    'listing': ['printed_name', 'market', 'exchange', 'exchange_answer', 'exchange_reason'],
    'project': ['printed_name', 'project_no', 'category', 'field', 'role', 'direct_investment_yuan', 'has_own_ip',
        'has_good_market', 'is_effective', 'is_not_monopoly', 'is_exceptional', 'is_review_passed'],
    'investment': ['printed_name', 'project_no', 'category', 'role', 'actual_investment_yuan'],
    'headquarters_year': ['printed_name', 'paid_in_capital_yuan', 'paid_in_capital_note', 'recognised_on', 'settlement',
        'event_year'],
    'contribution_year': ['printed_name', 'contribution_award_yuan', 'recognised_on', 'settlement', 'event_year'],
    'rent_year': ['park_id', 'printed_name', 'rent_yuan', 'subsidy_yuan', 'event_year', 'rent_year_number', 'is_within_lease'],
    'spinoff': ['printed_name', 'event_year', 'selection_rank'],
    'statistics_year': ['event_year'],
    'declared_year': ['event_year'],
    'first_listing': ['event_year'],
    'matter': ['printed_name', 'project_no', 'matter', 'matter_yuan', 'matter_quantity', 'matter_answers', 'role',
        'counterparty'],
    'move_in': ['printed_name'],
} %}
with
recognitions as (select * from {{ ref('int_recognitions') }}),

listings as (select * from {{ ref('stg_listings') }}),

projects as (select * from {{ ref('stg_projects') }}),

categories as (select * from {{ source('reference', 'category') }}),

project_categories as (
    select category from categories
    where event_kind = 'project'
),

investment_categories as (
    select category from categories
    where event_kind = 'investment'
),

cancellations as (select * from {{ ref('int_title_cancellations') }}),

headquarters as (
    select
        *,
        min(recognised_on) over (partition by enterprise_id) as first_recognised_on
    from {{ ref('stg_headquarters') }}
),

-- rents of the rooms add; where one is not reported the year's is not known
tenancies as (
    select
        park_id,
        enterprise_id,
        rent_year,
        min(moved_in_on) as tenant_since,
        case when count(*) = count(moved_out_on) then max(moved_out_on) end as tenant_until,
        max(case when room_no = 1 then enterprise_name end) as enterprise_name,
        max(case when room_no = 1 then source_file end) as source_file,
        max(case when room_no = 1 then sheet end) as sheet,
        max(case when room_no = 1 then row_no end) as row_no,
        {{ yuan('case when count(*) = count(rent_yuan) then sum(rent_yuan) end') }} as rent_yuan,
        {{ yuan('case when count(*) = count(subsidy_yuan) then sum(subsidy_yuan) end') }} as subsidy_yuan
    from {{ ref('stg_tenancies') }}
    where rent_year is not null and enterprise_id is not null
    group by park_id, enterprise_id, rent_year
),

spinoffs as (select * from {{ ref('stg_spinoffs') }}),

matters as (select * from {{ ref('stg_matters') }}),

declarations as (select * from {{ ref('stg_declarations') }}),

registrations as (select * from {{ source('identity', 'enterprise') }}),

statistics as (select * from {{ ref('stg_statistics') }}),

clauses as (select * from {{ source('policy', 'clause') }}),

recognition_events as (
    select
        r.event_id,
        'recognition' as event_kind,
        r.enterprise_id,
        r.firm_no,
        r.named_firm_count,
        r.park_id,
        r.printed_name,
        r.event_title || coalesce('（已取消：' || c.cancelled_on || '）', '') as event_title,
        r.published_on as qualified_on,
        'recognitions' as source,
        r.source_file,
        r.sheet,
        r.row_no,
        r.list,
        r.level,
        r.grade,
        r.scheme,
        r.list_title,
        r.certificate_no,
        r.document,
        r.issuer,
        r.first_answer,
        r.first_reason,
        r.series_kind,
        r.series,
        r.renewal_answer,
        r.renewal_reason,
        r.grade_number,
        r.field,
        r.role,
        r.fee_yuan,
        c.cancelled_on
    from recognitions as r
    left join cancellations as c on r.event_id = c.event_id
),

listing_events as (
    select
        'listing:' || stock_code || ':' || exchange as event_id,
        'listing' as event_kind,
        enterprise_id,
        enterprise_name as printed_name,
        exchange || listing_words || '（' || concat_ws(' ', stock_code, short_name) || '）' as event_title,
        listed_on as qualified_on,
        'listings' as source,
        source_file,
        sheet,
        row_no,
        market,
        exchange,
        exchange_answer,
        exchange_reason
    from listings
),

project_events as (
    select
        'project:' || project_no as event_id,
        'project' as event_kind,
        enterprise_id,
        enterprise_name as printed_name,
        '项目立项：' || project_name as event_title,
        approved_on as qualified_on,
        'projects' as source,
        source_file,
        sheet,
        row_no,
        project_no,
        category,
        field,
        role,
        direct_investment_yuan,
        has_own_ip,
        has_good_market,
        is_effective,
        is_not_monopoly,
        is_exceptional,
        is_review_passed
    from projects
    where category in (select category from project_categories)
),

-- 2b, 9d: the day the investment was completed
investment_events as (
    select
        'investment:' || project_no as event_id,
        'investment' as event_kind,
        enterprise_id,
        enterprise_name as printed_name,
        '落地投资完成：' || project_name as event_title,
        investment_completed_on as qualified_on,
        'projects' as source,
        source_file,
        sheet,
        row_no,
        project_no,
        category,
        role,
        actual_investment_yuan
    from projects
    where category in (select category from investment_categories)
),

headquarters_year_events as (
    select
        'headquarters_year:' || enterprise_id || ':' || accounting_year as event_id,
        'headquarters_year' as event_kind,
        enterprise_id,
        enterprise_name as printed_name,
        '总部认定，核算年度 ' || accounting_year as event_title,
        recognised_on as qualified_on,
        'headquarters' as source,
        source_file,
        sheet,
        row_no,
        paid_in_capital_yuan,
        paid_in_capital_note,
        first_recognised_on as recognised_on,
        settlement,
        accounting_year as event_year
    from headquarters
),

-- 4b is yearly (D7): the last day of the accounting year, of a firm recognised by then
contribution_year_events as (
    select
        'contribution_year:' || enterprise_id || ':' || accounting_year as event_id,
        'contribution_year' as event_kind,
        enterprise_id,
        enterprise_name as printed_name,
        '总部经营贡献，核算年度 ' || accounting_year as event_title,
        make_date(accounting_year, 12, 31) as qualified_on,
        'headquarters' as source,
        source_file,
        sheet,
        row_no,
        contribution_award_yuan,
        first_recognised_on as recognised_on,
        settlement,
        accounting_year as event_year
    from headquarters
    where coalesce(recognised_on <= {{ as_of() }}, true)
),

-- the later of 1 January of the rent year and the move-in day
rent_year_events as (
    select
        'rent_year:' || park_id || ':' || enterprise_id || ':' || rent_year as event_id,
        'rent_year' as event_kind,
        enterprise_id,
        park_id,
        enterprise_name as printed_name,
        rent_year || ' 年租金' as event_title,
        greatest(make_date(rent_year, 1, 1), tenant_since) as qualified_on,
        'tenancies' as source,
        source_file,
        sheet,
        row_no,
        rent_yuan,
        subsidy_yuan,
        rent_year as event_year,
        rent_year - year(tenant_since) + 1 as rent_year_number,
        -- D4: not before the year of moving in, nor after the day of moving out
        rent_year >= year(tenant_since) and coalesce(make_date(rent_year, 1, 1) <= tenant_until, true) as is_within_lease
    from tenancies
),

spinoff_events as (
    select
        'spinoff:' || enterprise_id || ':' || selection_year as event_id,
        'spinoff' as event_kind,
        enterprise_id,
        enterprise_name as printed_name,
        selection_year || ' 年剥离评选' as event_title,
        selected_on as qualified_on,
        'spinoffs' as source,
        source_file,
        sheet,
        row_no,
        selection_year as event_year,
        -- D17: a quota of the whole city
        row_number() over (
            partition by selection_year
            order by selected_on nulls last, row_no nulls last, source_file nulls last, sheet nulls last
        ) as selection_rank
    from spinoffs
    where is_selected
),

-- a year of figures, known at its end: of the statistics, or declared
{% for kind, words, name in [('statistics_year', '统计', 'statistics'), ('declared_year', '企业填报', 'declarations')] %}
{{ kind }}_events as (
    select
        '{{ kind }}:' || enterprise_id || ':' || stat_year as event_id,
        '{{ kind }}' as event_kind,
        enterprise_id,
        stat_year || ' 年{{ words }}' as event_title,
        make_date(stat_year, 12, 31) as qualified_on,
        '{{ name }}' as source,
        source_file,
        sheet,
        row_no,
        stat_year as event_year
    from {{ name }}
),
{% endfor %}

-- 首次纳统: the first year on the list, as far as the files reach; whether it is the first is a fact of it
first_listing_events as (
    select
        'first_listing:' || enterprise_id || ':' || stat_year as event_id,
        'first_listing' as event_kind,
        enterprise_id,
        stat_year || ' 年首次列入软件统计名录' as event_title,
        make_date(stat_year, 12, 31) as qualified_on,
        'statistics' as source,
        source_file,
        sheet,
        row_no,
        stat_year as event_year
    from (
        select
            *,
            row_number() over (
                partition by enterprise_id
                order by stat_year nulls last, source_file nulls last, row_no nulls last
            ) as choice
        from statistics
        where is_on_software_list
    ) as listed
    where choice = 1
),

-- an application names its project, or its own number as that of one
matter_events as (
    select
        'matter:' || md5(concat_ws('|', matter, enterprise_id, coalesce(matter_no, concat_ws('|', happened_on, counterparty))))
            as event_id,
        'matter' as event_kind,
        enterprise_id,
        enterprise_name as printed_name,
        matter || coalesce('：' || matter_no, '') as event_title,
        happened_on as qualified_on,
        'matters' as source,
        source_file,
        sheet,
        row_no,
        coalesce(project_no, matter_no) as project_no,
        matter,
        amount_yuan as matter_yuan,
        quantity as matter_quantity,
        answers as matter_answers,
        role,
        counterparty
    from matters
),

move_in_events as (
    select
        'move_in:' || enterprise_id as event_id,
        'move_in' as event_kind,
        enterprise_id,
        enterprise_name as printed_name,
        '迁入本市' as event_title,
        moved_to_city_on as qualified_on,
        'registrations' as source,
        source_file,
        sheet,
        row_no
    from registrations
    where moved_to_city_on is not null
),

unioned as (
    {%- for kind, own in kinds.items() %}
    select {{ padded(columns, columns | reject('in', of_all + own) | list) }}
    from {{ kind }}_events
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

-- a name that waits in the review queue grounds nothing yet; a park's honour needs no firm's name
select * from unioned
where
    -- a record that supports no clause makes no claim
    event_kind in (select {{ each_of('event_kinds') }} from clauses)
    and (matter is null or matter in (select {{ each_of('matters') }} from clauses))
    and (enterprise_id is not null or (event_kind = 'recognition' and park_id is not null))
    and coalesce(qualified_on <= {{ as_of() }}, true)
