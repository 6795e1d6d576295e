{# Uptake of a group of claims (policy/decisions.md, Uptake). E eligible, O open, A applied, P paid. While of one
   claim it is not known whether it was applied for or paid, neither their count, their money nor a rate is known: nothing
   here is 0 because a file never came. #}
{% macro uptake_counts() %}
    count(*) as claim_count,
    count(*) filter (where amount_status in ('ceiling', 'unknown')) as bounded_count,
    count(distinct enterprise_id) as enterprise_count,
    count(*) filter (where outcome = 'eligible') as eligible_count,
    {{ firms_where("outcome = 'eligible'") }} as eligible_enterprise_count,
    count(*) filter (where outcome = 'undetermined') as undetermined_count,
    count(*) filter (where outcome = 'needs_review') as needs_review_count,
    count(*) filter (where outcome = 'not_eligible') as not_eligible_count,
    count(*) filter (where outcome in ('undetermined', 'needs_review')) as open_count,
    count(*) filter (where outcome = 'eligible' and is_applied) as applied_count,
    count(*) filter (where outcome = 'eligible' and is_approved) as approved_count,
    count(*) filter (where outcome = 'eligible' and is_paid) as paid_count,
    {{ firms_where("outcome = 'eligible' and is_paid") }} as paid_enterprise_count,
    count(*) filter (where outcome in ('undetermined', 'needs_review') and is_paid) as open_paid_count,
    {{ yuan("coalesce(sum(ceiling_yuan) filter (where outcome = 'eligible'), 0)") }} as ceiling_before_overlap_yuan,
    {{ yuan("coalesce(sum(net_ceiling_yuan) filter (where outcome = 'eligible'), 0)") }} as ceiling_yuan,
    {{ yuan("coalesce(sum(ceiling_yuan) filter (where outcome in ('undetermined', 'needs_review')), 0)") }}
        as open_ceiling_yuan,
    {{ yuan("coalesce(sum(approved_yuan) filter (where outcome = 'eligible'), 0)") }} as approved_yuan,
    {{ yuan("coalesce(sum(paid_yuan) filter (where outcome = 'eligible'), 0)") }} as paid_yuan,
    {{ yuan("coalesce(sum(paid_yuan) filter (where outcome = 'eligible' and ceiling_yuan is not null), 0)") }}
        as paid_within_ceiling_yuan,
    {{ yuan("coalesce(sum(floor_yuan) filter (where outcome = 'eligible'), 0)") }} as floor_yuan,
    count(*) filter (where outcome = 'eligible' and is_applied is null) = 0 as is_applied_known,
    count(*) filter (where outcome = 'eligible' and is_approved is null) = 0 as is_approved_known,
    count(*) filter (where outcome <> 'not_eligible' and is_paid is null) = 0 as is_paid_known,
    count(*) filter (where is_outreach) as outreach_count,
    {{ yuan("coalesce(sum(net_ceiling_yuan) filter (where is_outreach), 0)") }} as outreach_yuan
{% endmacro %}

{# The columns every uptake mart ends with, from a relation that ran uptake_counts().
   `clauses`: alias of a relation that ran status_of_clauses(), for groups without a claim.
   Band: low, if all open unpaid claims were eligible; high, if all open paid ones were. #}
{% macro uptake_columns(counts, clauses=none) %}
    {%- set c = counts ~ '.' -%}
    {% for name in ['claim_count', 'enterprise_count', 'eligible_count', 'eligible_enterprise_count',
        'undetermined_count', 'needs_review_count', 'not_eligible_count', 'open_count'] -%}
    coalesce({{ c }}{{ name }}, 0) as {{ name }},
    {% endfor -%}
    {{ if_known(c, 'applied', 'applied_count') }} as applied_count,
    {{ if_known(c, 'approved', 'approved_count') }} as approved_count,
    {% for name in ['paid_count', 'paid_enterprise_count', 'open_paid_count'] -%}
    {{ if_known(c, 'paid', name) }} as {{ name }},
    {% endfor -%}
    case when {{ c }}is_applied_known then {{ rate(c ~ 'applied_count', c ~ 'eligible_count') }} end as application_rate,
    {{ payout_rate(c) }} as payout_rate,
    case when {{ c }}is_paid_known then
        {{ rate(c ~ 'paid_count', '(' ~ c ~ 'eligible_count + ' ~ c ~ 'open_count - ' ~ c ~ 'open_paid_count)') }}
    end as payout_rate_low,
    case when {{ c }}is_paid_known then
        {{ rate('(' ~ c ~ 'paid_count + ' ~ c ~ 'open_paid_count)',
            '(' ~ c ~ 'eligible_count + ' ~ c ~ 'open_paid_count)') }}
    end as payout_rate_high,
    {% for name in ['ceiling_before_overlap_yuan', 'ceiling_yuan', 'open_ceiling_yuan'] -%}
    {{ yuan('coalesce(' ~ c ~ name ~ ', 0)') }} as {{ name }},
    {% endfor -%}
    {{ yuan(if_known(c, 'approved', 'approved_yuan')) }} as approved_yuan,
    {{ yuan(if_known(c, 'paid', 'paid_yuan')) }} as paid_yuan,
    case when {{ c }}is_paid_known then {{ rate(c ~ 'paid_within_ceiling_yuan', c ~ 'ceiling_yuan') }} end as paid_rate_yuan,
    {{ yuan('coalesce(' ~ c ~ 'floor_yuan, 0)') }} as floor_yuan,
    {{ if_known(c, 'applied', 'outreach_count') }} as outreach_count,
    {{ yuan(if_known(c, 'applied', 'outreach_yuan')) }} as outreach_yuan,
    -- where the text bounds none of the claims, their upper bound is not 0
    case when {{ c }}bounded_count > 0 then 'stated' when {{ c }}claim_count > 0 then 'not_stated'
        {%- if clauses %} else {{ clauses }}.amount_status {%- endif %} end as amount_status
{% endmacro %}

{# Whether a group of clauses can be counted: known, unknown (no file of their events ever came) or not_encoded. #}
{% macro status_of_clauses() -%}
    case when bool_or(count_status = 'known') then 'known' when bool_or(count_status = 'unknown') then 'unknown'
        else 'not_encoded' end as count_status,
    case when bool_or(amount_kind = 'ceiling') then 'stated' when bool_or(amount_kind <> 'not_encoded') then 'not_stated' end
        as amount_status
{%- endmacro %}

{# A count or sum of uptake_counts(), where it is known of every claim; 0 of no claim at all. `of`: alias with a dot. #}
{% macro if_known(of, what, name) -%}
    case when coalesce({{ of }}is_{{ what }}_known, true) then coalesce({{ of }}{{ name }}, 0) end
{%- endmacro %}

{# 兑现率 of a relation that ran uptake_counts(); `of`: its alias with a dot, or nothing. #}
{% macro payout_rate(of='') -%}
    case when {{ of }}is_paid_known then {{ rate(of ~ 'paid_count', of ~ 'eligible_count') }} end
{%- endmacro %}

{# The median of the parks, of a relation of one row a park that ran uptake_counts(); of few it would tell one park
   another's rate. #}
{% macro median_of_parks() -%}
    case when count({{ payout_rate() }}) >= {{ fewest_parks() }} then median({{ payout_rate() }}) end as median_payout_rate,
    count({{ payout_rate() }}) between 1 and {{ fewest_parks() }} - 1 as is_median_withheld
{%- endmacro %}

{% macro fewest_parks() %}5{% endmacro %}

{# How many firms. Trap: of `count(distinct ...) filter` DuckDB keeps what the filter leaves out too, for each set of a cube. #}
{% macro firms_where(condition) -%}
    count(distinct case when {{ condition }} then enterprise_id end)
{%- endmacro %}

{# The rows of a relation once for each set of a cube over `names`: each of them named, or 'all'; `others`: its other columns.
   For cubes of many sets and few rows, where grouping sets cost a hash table each. #}
{% macro cut_rows(relation, names, others) -%}
    select
        {%- for name in others %}
        r.{{ name }},
        {%- endfor %}
        {%- for name in names %}
        case when s.left_out & {{ 2 ** loop.index0 }} > 0 then 'all' else r.{{ name }} end as {{ name }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ relation }} as r
    cross join (values {% for set in range(2 ** (names | length)) %}({{ set }}){{ ", " if not loop.last }}{% endfor %}) as s (left_out)
{%- endmacro %}

{# The columns of a cut, over `group by cube (...)`: each of them named, or 'all'. #}
{% macro cut_columns(names) -%}
    {%- for name in names -%}
    case when grouping({{ name }}) = 1 then 'all' else {{ name }} end as {{ name }}{{ "," if not loop.last }}
    {% endfor -%}
{%- endmacro %}
