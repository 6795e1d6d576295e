{# The day this build stands on; nothing later than it is seen. Told when a statement is written and not by `--vars`:
   with another one dbt would parse the whole project anew, each day. #}
{% macro as_of() %}{{ day_of_build('SOFTCITY_AS_OF') }}{% endmacro %}

{% macro day_of_build(name) %}cast('{{ env_var(name, "9999-12-31") if execute else "9999-12-31" }}' as date){% endmacro %}

{# The clauses to evaluate with their conditions, those of one reading of the events together; none while dbt only parses. #}
{% macro clause_readings() %}
    {%- set readings = [] -%}
    {%- if execute -%}
        {%- set conditions = {} -%}
        {%- for row in _rows_of("select clause_key, answer_sql, seen_sql, seen_yuan, reason_sql, ranks_by, ranks_first, otherwise from "
            ~ source('policy', 'condition') ~ " order by clause_key nulls last, condition_order nulls last") -%}
            {%- do conditions.setdefault(row.clause_key, []).append(row) -%}
        {%- endfor -%}
        {%- set clauses = _rows_of("select reading_no, clause_key, is_declared, kinds_sql, grounds_sql, derived_sql, ceiling_sql, floor_sql, float_sql from "
            ~ source('policy', 'clause') ~ " where reading_no is not null order by reading_no nulls last, clause_order nulls last, document nulls last") -%}
        {%- for row in clauses -%}
            {%- do row.update({'conditions': conditions[row.clause_key]}) -%}
            {%- if loop.changed(row.reading_no) -%}{%- do readings.append([]) -%}{%- endif -%}
            {%- do readings[-1].append(row) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(readings) }}
{% endmacro %}

{# Conditions whose days run out, of clauses that compute, with what tells which events they are asked of; none while dbt only parses. #}
{% macro conditions_that_run_out() %}
    {%- if execute -%}
        {{ return(_rows_of("select k.clause_key, k.condition_order, k.due_sql, c.kinds_sql, c.grounds_sql from " ~ source('policy', 'condition')
            ~ " as k inner join " ~ source('policy', 'clause') ~ " as c on k.clause_key = c.clause_key"
            ~ " where k.due_sql is not null and c.reading_no is not null order by k.clause_key nulls last, k.condition_order nulls last")) }}
    {%- endif -%}
    {{ return([]) }}
{% endmacro %}

{# The parts that clauses are paid in; none while dbt only parses. #}
{% macro clause_instalments() %}
    {%- if execute -%}
        {{ return(_rows_of("select i.clause_key, i.instalment_no, i.share, i.share_from, i.share_to, i.answer_sql, i.reason_sql, i.due_sql, c.is_declared, c.kinds_sql, c.grounds_sql, c.derived_sql from "
            ~ source('policy', 'instalment') ~ " as i inner join " ~ source('policy', 'clause') ~ " as c on i.clause_key = c.clause_key"
            ~ " where c.reading_no is not null order by i.clause_key nulls last, i.instalment_no nulls last")) }}
    {%- endif -%}
    {{ return([]) }}
{% endmacro %}

{# Whether an event is a year of a firm's figures, and sees its own (pipelines/policy/facts.py, OF_A_YEAR). #}
{% macro is_of_a_year(kind) %}{{ kind }} in ('statistics_year', 'declared_year', 'first_listing'){% endmacro %}

{# The day of a year that month and day name, as 03-01. #}
{% macro day_of_year(year, month_day) %}cast({{ year }} || '-' || {{ month_day }} as date){% endmacro %}

{# The first such day that is not before a day. #}
{% macro next_day_of_year(day, month_day) -%}
    case
        when {{ day_of_year('year(' ~ day ~ ')', month_day) }} >= {{ day }} then {{ day_of_year('year(' ~ day ~ ')', month_day) }}
        else {{ day_of_year('(year(' ~ day ~ ') + 1)', month_day) }}
    end
{%- endmacro %}

{# The first day of a window of each year that ends on a day: of the year before where it runs over its turn. `of`: alias of a clause. #}
{% macro opening_of(ends_on, of) -%}
    {{ day_of_year('(year(' ~ ends_on ~ ') - cast(' ~ of ~ '.window_yearly_first > ' ~ of ~ '.window_yearly_last as integer))', of ~ '.window_yearly_first') }}
{%- endmacro %}

{# The lead time of so many days: both ends of a band count. #}
{% macro lead_band(days) -%}
    case
        when {{ days }} < 0 then 'overdue'
        {%- for last in [30, 90, 180, 365] %}
        when {{ days }} <= {{ last }} then 'd{{ last }}'
        {%- endfor %}
        else 'later'
    end
{%- endmacro %}

{% macro _rows_of(query) %}
    {%- set found = run_query(query) -%}
    {%- set rows = [] -%}
    {%- for row in found.rows -%}{%- do rows.append(dict(zip(found.column_names, row.values()))) -%}{%- endfor -%}
    {{ return(rows) }}
{% endmacro %}

{# Columns of a branch of a union, by name with their types; what it lacks is null. #}
{% macro padded(columns, lacking) -%}
    {%- for name, type in columns.items() -%}
    {{ 'cast(null as ' ~ type ~ ') as ' if name in lacking }}{{ name }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# Words without spaces, brackets and dashes, to be found in other words. #}
{% macro plain_words(expression) -%}
    {{ replaced(expression, '[\\s　（）()《》“”"【】、，,·—-]') }}
{%- endmacro %}

{# A sum in words: 300,000.00 元. #}
{% macro words_of_yuan(expression) -%} {{ to_two_places('cast(' ~ expression ~ ' as double)', ' 元') }} {%- endmacro %}

{# Once per firm or park, in words, with the decision the clause names for it (D3, D16). `of`: alias of a claim. #}
{% macro once_words(of) -%}
    case
        when {{ of }}.once_per = 'park' and {{ of }}.once_keep = 'highest' then '同一园区不重复享受，以最高一项计'
        when {{ of }}.once_keep = 'increase'
            then case when {{ of }}.once_per = 'park' then '同一园区' else '同一企业' end || '晋级只补差额，合计不超过最高一项'
        when {{ of }}.once_per = 'park' then '同一园区不重复享受，以较早一项计'
        when {{ of }}.once_keep = 'highest' then '同一企业不重复享受，以最高一项计'
        else '一次性补助，以较早一项计'
    end || {{ once_cited(of) }}
{%- endmacro %}

{% macro once_cited(of) -%} coalesce('（' || {{ of }}.once_decision || '）', '') {%- endmacro %}

{# Of claims one after another: claim_id, granted_yuan and says, which is of its bound with the least left. `claims`: a list
   of claim_id, asked_yuan and bounds (bound_no, cap_yuan, says); what is used of each bound is kept by its number. #}
{% macro granted_in_turn(claims, bound_nos) -%}
    {%- set left = record({'left_yuan': 'bound.cap_yuan - coalesce(' ~ nth_of('state.used', 'bound.bound_no') ~ ', 0)', 'says': 'bound.says'}) -%}
    {%- set granted = yuan('least(claim.asked_yuan, greatest(tightest.left_yuan, 0))') -%}
    {%- set is_under = any_of('claim.bounds', 'bound', 'bound.bound_no = number') -%}
    {%- set used = 'coalesce(' ~ nth_of('state.used', 'number') ~ ', 0) + case when ' ~ is_under ~ ' then ' ~ granted ~ ' else 0 end' -%}
    {%- set next = record({
        'used': made_of(bound_nos, 'number', yuan(used)),
        'granted': appended('state.granted', record({'claim_id': 'claim.claim_id', 'granted_yuan': granted, 'says': 'tightest.says'})),
    }) -%}
    {%- set start = record({
        'used': 'cast(' ~ list_of([]) ~ ' as ' ~ list_type('decimal(18, 2)') ~ ')',
        'granted': 'cast(' ~ list_of([]) ~ ' as ' ~ list_type(record_type({'claim_id': 'string', 'granted_yuan': 'decimal(18, 2)', 'says': 'string'})) ~ ')',
    }) -%}
    ({{ folded(claims, 'state', 'claim', start, named('tightest', least_of(made_of('claim.bounds', 'bound', left)), next)) }}).granted
{%- endmacro %}

{# D15: top_up pays the rest; replace pays all or nothing, whichever of the two is higher; without the decision all. #}
{% macro less_other(ceiling, other, setting) -%}
    case
        when {{ setting }} = 'replace' then case when {{ other }} < {{ ceiling }} then {{ ceiling }} else 0 end
        when {{ setting }} is not null then greatest({{ ceiling }} - {{ other }}, 0)
        else {{ ceiling }}
    end
{%- endmacro %}

{# Of a part of a claim that `owed` is owed on (named_yuan: paid by orders that name it, in_order_yuan: by those of the claim that
   name none): what the former pay of it, up to which of the latter the rest is paid, and what is paid of it. Null where what
   is owed is not known: greatest(null, 0) would be 0. #}
{% macro named_of_part(owed) -%}
    case when {{ owed }} is not null then greatest(least({{ owed }}, coalesce(named_yuan, 0)), 0) end
{%- endmacro %}

{% macro left_up_to_part(owed) -%}
    sum({{ owed }} - {{ named_of_part(owed) }}) over (partition by claim_id order by instalment_no nulls last)
{%- endmacro %}

{% macro paid_of_part(owed) -%}
    case when {{ owed }} is not null then {{ named_of_part(owed) }} + greatest(least(
        {{ owed }} - {{ named_of_part(owed) }}, in_order_yuan - {{ left_up_to_part(owed) }} + {{ owed }} - {{ named_of_part(owed) }}
    ), 0) end
{%- endmacro %}

{# Whether a line of a list comes after another of the same title: what either leaves out (item, rank, holder) is no difference. #}
{% macro is_later_of_title(line, other) -%}
    {{ other }}.published_on < {{ line }}.published_on
    and coalesce({{ other }}.title_item = {{ line }}.title_item, true)
    and coalesce({{ other }}.title_rank = {{ line }}.title_rank, true)
    and coalesce({{ other }}.holder_key = {{ line }}.holder_key, true)
{%- endmacro %}

{# Levels of payers (national、provincial) in words. #}
{% macro payers_of(levels) -%}
    replace(replace(replace({{ levels }}, 'national', '国家'), 'provincial', '省'), 'district', '区')
{%- endmacro %}

{# The day up to which arrivals count as known: past every arrival, unless an earlier day is rebuilt. #}
{% macro known_on() %}{{ day_of_build('SOFTCITY_KNOWN_ON') }}{% endmacro %}

{# The day from which the age of arrivals is counted (pipelines/inputs.py, `today_of`). #}
{% macro today() %}{{ day_of_build('SOFTCITY_TODAY') }}{% endmacro %}

{# Whether a row of a list is of a firm its title may be for: all that share the cell of the name (D18). The line's other
   firms stand in the cell 联合单位. `identity/resolve.py` asks the same. #}
{% macro is_named_for_the_title() -%}
    (coalesce(firm_no, 1) = 1 or not contains(coalesce(partners, ''), enterprise_name))
{%- endmacro %}

{# Whether a year's figures: it had ended, or they had come. #}
{% macro is_year_known(year, received_on) %}
    (make_date({{ year }}, 12, 31) <= {{ as_of() }} or {{ received_on }} <= {{ known_on() }})
{% endmacro %}

{# A rate is made here and nowhere else; nothing of nothing is null. #}
{% macro rate(part, whole) %}cast({{ part }} as double) / nullif(cast({{ whole }} as double), 0){% endmacro %}

{% macro words_of_outcome(code) %}
    case {{ code }} when 0 then 'eligible' when 1 then 'needs_review' when 2 then 'undetermined' else 'not_eligible' end
{% endmacro %}

{% macro words_of_answer(code) %}
    case {{ code }} when 0 then 'met' when 1 then 'needs_review' when 2 then 'unknown' else 'not_met' end
{% endmacro %}

{% macro yuan(expression) %}cast({{ expression }} as decimal(18, 2)){% endmacro %}

{# What may stand before the district in an address, as a pattern: 中国江苏省无锡市. Known when the statement is written:
   a pattern out of columns would be compiled for each row. #}
{% macro head_of_address() %}
    {%- set names = ['', ''] -%}
    {%- if execute -%}
        {%- set names = run_query("select province_name, city_name from " ~ source('reference', 'city')).rows[0] -%}
    {%- endif -%}
    ^(中国)?({{ names[0] }}省?)?({{ names[1] }}市?)?
{%- endmacro %}

{# Audit findings for the documents of their policy, each under its own measures; one whose policy cannot be told is
   told under no measure. Where there are several policies each is told once more under `all`, and one of no policy there alone. A clause of several versions in one document has one measure. #}
{% macro findings_of_documents() %}
    select
        d.policy_id,
        d.document,
        f.finding_id,
        f.kind,
        f.severity,
        f.enterprise_id,
        f.park_id,
        f.district_code,
        f.clause_id,
        f.found_on,
        f.at_stake_yuan,
        coalesce(cast(m.measure_no as string), 'none') as measure
    from {{ ref('mart_audit_finding') }} as f
    inner join (
        select distinct policy_id, document, min(policy_id) over () = max(policy_id) over () as has_those_of_none from {{ ref('dim_clause') }}
        union all
        select 'all' as policy_id, 'all' as document, true as has_those_of_none from {{ ref('dim_clause') }}
        having count(distinct policy_id) > 1
    ) as d
        on
            f.policy_id = d.policy_id or d.policy_id = 'all'
            or f.policy_id is null and d.has_those_of_none
    left join (select distinct policy_id, document, clause_id, measure_no from {{ ref('dim_clause') }}) as m
        on f.clause_id = m.clause_id and f.policy_id = m.policy_id and d.document = m.document
{% endmacro %}

{# Whether a status of the register says that a firm is off it: closed, struck off, or moved away. #}
{% macro is_closing(status) %}coalesce({{ matches(status, "'注销|吊销|撤销|迁出'") }}, false){% endmacro %}
