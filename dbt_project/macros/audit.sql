{# Bounds that span claims, each bound of the law once: a row per bound and claim under it, from claims that know what was
   paid and what their clause says. `limit_yuan` is the bound, the same on all its rows; null is no bound.
     once_exceeded     once per firm (D3) or per park (D16, whatever the outcome: what was paid is paid)
     overlap_exceeded  the highest of a firm's awards of achievement, in a year or ever (D14)
     above_total       all awards of a firm, or of a firm and year (4a, 4b; D2a: years of one firm add what exceeds); those
                       of several clauses or of a project, where the policy has a cap group #}
{% macro bounds_over_claims(claims) %}
    select
        'once_exceeded' as kind,
        bound_id,
        claim_id,
        coalesce(
            case when once_keep = 'first' then max(case when is_counted then ceiling_yuan end) over of_bound end,
            max(ceiling_yuan) over of_bound
        ) as limit_yuan,
        {{ once_words('o') }} as words
    from (
        select
            *,
            {{ bound_id('once', ["coalesce(once_group, clause_id)", "case when once_per = 'park' then whole_park_id else enterprise_id end"]) }}
                as bound_id
        from {{ claims }}
        where once_per is not null and (once_keep = 'highest' or (outcome <> 'not_eligible' and cancelled_on is null))
    ) as o
    window of_bound as (partition by bound_id)

    union all

    select
        'overlap_exceeded',
        bound_id,
        claim_id,
        max(ceiling_yuan) over (partition by bound_id),
        '业绩奖励就高不重复，' || case when overlap = 'per_year' then '同一企业同一自然年' else '同一企业' end || '只计最高一项（D14）'
    from (
        select
            *,
            {{ bound_id('overlap', ["enterprise_id", "case when overlap = 'per_year' then year(qualified_on) end"]) }} as bound_id
        from {{ claims }}
        where overlap is not null and outcome <> 'not_eligible' and cancelled_on is null
    ) as o

    union all

    select
        'above_total',
        bound_id,
        claim_id,
        case
            when repeat = 'increase' then least(total_cap_yuan, max(ceiling_yuan) over (partition by bound_id))
            else total_cap_yuan
        end,
        case
            when repeat = 'increase' and max(ceiling_yuan) over (partition by bound_id) < total_cap_yuan
                then '各核算年度就高计一次' || coalesce('（' || repeat_decision || '）', '')
            when cap_scope = 'enterprise_year' then '单个企业同一年度累计封顶'
            else '单个企业累计封顶'
        end || '：' || award_words
    from (
        select
            *,
            {{ bound_id('total', ["clause_id", "enterprise_id", "case when cap_scope = 'enterprise_year' then event_year end"]) }} as bound_id
        from {{ claims }}
        where cap_scope <> 'claim' and outcome <> 'not_eligible' and cancelled_on is null
    ) as o

    union all

    select
        'above_total',
        bound_id,
        claim_id,
        max(cap_yuan) over (partition by bound_id),
        says
    from (
        select
            m.claim_id,
            k.cap_yuan,
            k.says,
            {{ bound_id('group', ["k.cap_id", "case when k.per = 'project' then coalesce(m.project_no, m.claim_id) else m.enterprise_id end", "case when k.per = 'enterprise_year' then m.event_year end"]) }}
                as bound_id
        from {{ claims }} as m
        inner join {{ source('policy', 'cap') }} as k on m.clause_key = k.clause_key and k.is_of_several
        where m.outcome <> 'not_eligible' and m.cancelled_on is null
    ) as o
{% endmacro %}

{% macro bound_id(name, parts) -%}
    concat_ws('|', '{{ name }}', policy_id{% for part in parts %}, {{ part }}{% endfor %})
{%- endmacro %}
