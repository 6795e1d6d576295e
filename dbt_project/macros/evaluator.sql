{#-
    The one evaluator: clauses in, SQL out. What a clause says as SQL (`…_sql`) are columns of the policy rows, written by
    pipelines/policy/program.py and operators.py; here they become statements over the events.

    Plain Jinja on purpose: dbt renders it in a build, `softcity whatif` renders the same file on a snapshot.
    Answers are small integers so that the worst one decides:
        0 met · 1 needs_review · 2 unknown · 3 not_met
    and an outcome is the greatest answer of a claim:
        0 eligible · 1 needs_review · 2 undetermined · 3 not_eligible
-#}

{#- One row per clause and event it is about: every answer kept, in the order the conditions are asked.
    `readings`: lists of clauses of one kind of event that no event can ground together. They share one reading of the
    events of that kind, and ask a shared question once.
    `declared`: the figures that firms declared, for clauses that go by them; none: `facts` holds those already. -#}
{%- macro evaluate(readings, facts, declared=none) -%}
{%- for clauses in readings -%}
{%- set names = {} -%}
{%- do name_answers(clauses, names) -%}
{%- set seen = facts_of(clauses[0], facts, declared) %}
{{ 'union all' if not loop.first }}
select
    {{ clause_key(clauses) }} as clause_key,
    f.event_id,
    {% call(p) by_clause(clauses) %}{{ answer_list(p.conditions, names) }}{% endcall %} as answers,
    cast({% call(p) by_clause(clauses) %}{{ p.ceiling_sql }}{% endcall %} as decimal(18, 2)) as ceiling_yuan,
    cast({% call(p) by_clause(clauses) %}{{ p.floor_sql }}{% endcall %} as decimal(18, 2)) as floor_yuan,
    coalesce({% call(p) by_clause(clauses) %}{{ p.float_sql }}{% endcall %}, false) as may_float_up
from ({{ ranked(clauses, names, seen) if clauses[0].conditions | selectattr('ranks_by') | list else answered(clauses, names, seen) }}) as f
where f.clause_number is not null
{%- endfor -%}
{%- endmacro -%}

{#- The clause that the event falls to. -#}
{%- macro clause_key(clauses) -%}
    {%- set keys = [] -%}
    {%- for p in clauses -%}{%- do keys.append("'" ~ p.clause_key ~ "'") -%}{%- endfor -%}
    {{ nth_of(list_of(keys), 'f.clause_number') }}
{%- endmacro -%}

{#- A column for each question that is asked, asked once. -#}
{%- macro name_answers(clauses, names) -%}
{%- for p in clauses -%}{%- for c in p.conditions -%}
    {%- do names.setdefault(c.answer_sql, 'answer_' ~ names | length) -%}
{%- endfor -%}{%- endfor -%}
{%- endmacro -%}

{#- The events of a reading with the clause each falls to and its answers. -#}
{%- macro answered(clauses, names, facts) %}
    select
        f.*,
        case{% for p in clauses %} when {{ p.grounds_sql }} then {{ loop.index }}{% endfor %} end as clause_number
        {%- for question, name in names.items() %},
        cast({{ question }} as tinyint) as {{ name }}
        {%- endfor %}
    from {{ with_derived(clauses, facts) }} as f
    where {{ clauses[0].kinds_sql }}
{%- endmacro -%}

{#- The same of a clause that ranks its claims, with the rank: each claim of a year is held against those that fail nothing
    else. `rank_above`: surely above it; `rank_tied`: surely its equals; `rank_movers`: whose figure, day or other conditions
    are not settled, and which may yet stand before it. -#}
{%- macro ranked(clauses, names, facts) -%}
{%- set rank = clauses[0].conditions | selectattr('ranks_by') | first -%}
{%- set others = [] -%}
{%- for question, name in names.items() if question != rank.answer_sql -%}{%- do others.append('f.' ~ name) -%}{%- endfor -%}
{%- set figure = rank.ranks_by -%}
{%- set year = 'year(f.qualified_on)' %}
    select {{ all_but([names[rank.answer_sql]], of='f') }}, cast(case
        when f.qualified_on is null then 2
        when {{ figure }} is null then case when f.rank_above + f.rank_movers < {{ rank.ranks_first }} then 0 else 2 end
        when f.rank_above >= {{ rank.ranks_first }} then {{ rank.otherwise }}
        when f.rank_above + f.rank_tied + f.rank_movers < {{ rank.ranks_first }} then 0
        when f.rank_movers = 0 then 1
        else 2
    end as tinyint) as {{ names[rank.answer_sql] }}
    from (
        select
            f.*,
            cast(sum(f.is_sure) over (partition by {{ year }} order by {{ figure }} desc nulls last)
                - sum(f.is_sure) over (partition by {{ year }}, {{ figure }}) as bigint) as rank_above,
            cast(sum(f.is_sure) over (partition by {{ year }}, {{ figure }}) - f.is_sure as bigint) as rank_tied,
            cast(sum(f.is_open) over (partition by {{ year }} order by {{ figure }} desc nulls last) - f.is_open
                + sum(f.is_blank) over (partition by {{ year }}) - f.is_blank
                + sum(f.is_undated) over () - f.is_undated as bigint) as rank_movers,
            cast(sum(f.is_sure + f.is_open + f.is_blank) over (partition by {{ year }}) as bigint) as rank_contenders
        from (
            select
                f.*,
                cast(f.other_answer = 0 and {{ figure }} is not null and f.qualified_on is not null as integer) as is_sure,
                cast(f.other_answer in (1, 2) and {{ figure }} is not null and f.qualified_on is not null as integer) as is_open,
                cast(f.other_answer < 3 and {{ figure }} is null and f.qualified_on is not null as integer) as is_blank,
                cast(f.other_answer < 3 and f.qualified_on is null as integer) as is_undated
            from (
                select
                    f.*,
                    greatest({{ (['0', '0'] + others) | join(', ') }}) as other_answer   -- Spark asks for two
                from ({{ answered(clauses, names, facts) }}) as f
                where f.clause_number is not null
            ) as f
        ) as f
    ) as f
{%- endmacro -%}

{#- How a claim stands among the others, in words. -#}
{%- macro rank_words(figure) -%}
    case
        when {{ figure }} is null then '本项数据未知，名次未知；'
        else '现居第 ' || (f.rank_above + 1) || ' 名' || case when f.rank_tied > 0 then '（与 ' || f.rank_tied || ' 家并列）' else '' end || '，'
    end || '同年 ' || f.rank_contenders || ' 家参评' || case when f.rank_movers > 0 then '，另有 ' || f.rank_movers || ' 家未定，可能改变名次' else '' end
{%- endmacro -%}

{#- The events with the facts that these clauses make of others, each made once. -#}
{%- macro with_derived(clauses, facts) -%}
    {%- set columns = {} -%}
    {%- for p in clauses if p.derived_sql -%}{%- for column in p.derived_sql.split('\n') -%}{%- do columns.setdefault(column) -%}{%- endfor -%}{%- endfor -%}
    {%- if columns -%} (select f.*, {{ columns | join(', ') }} from {{ facts }} as f where {{ clauses[0].kinds_sql }})
    {%- else -%} {{ facts }}
    {%- endif -%}
{%- endmacro -%}

{#- The events as a clause sees them: with the figures of the statistics, or in their place with those declared (D20). -#}
{%- macro facts_of(clause, facts, declared) -%}
    {%- if clause.is_declared and declared -%}
    {%- set of_years = figures_of_years().split() -%}
    {%- set names = ['figure_year', 'break_years', 'main_field', 'feature_field', 'is_scale_service'] + of_years -%}
    {%- for name in of_years -%}{%- do names.append(name ~ '_before') -%}{%- endfor %}
    (
        select
            {{ all_but(['figure_words', 'years_before'] + names, of='f') }},
            d.figure_year - year(f.registered_on) as years_before,
            coalesce(d.figure_words, '没有收到本企业此前年度的填报') as figure_words,
            d.{{ names | join(', d.') }}
        from {{ facts }} as f
        left join {{ declared }} as d on f.event_id = d.event_id
    )
    {%- else -%} {{ facts }}
    {%- endif -%}
{%- endmacro -%}

{#- The figures of a firm that are told of years, parted by blanks. -#}
{%- macro figures_of_years() -%}
    software_revenue_yuan revenue_yuan rd_expense_yuan product_revenue_yuan it_service_revenue_yuan security_revenue_yuan
    embedded_revenue_yuan profit_yuan wages_yuan staff_count software_staff_count export_usd
{%- endmacro -%}

{#- What each clause says, said once for all that say the same. -#}
{%- macro by_clause(clauses) -%}
    {%- set said = {} -%}
    {%- for p in clauses -%}{%- do said.setdefault(caller(p) | trim, []).append(loop.index) -%}{%- endfor -%}
    {%- if said | length == 1 -%} {{ said | first }}
    {%- else -%} case{% for words, numbers in said.items() if words != 'null' %} when f.clause_number in ({{ numbers | join(', ') }}) then {{ words }}{% endfor %} end
    {%- endif -%}
{%- endmacro -%}

{%- macro answer_list(conditions, names) -%}
    {%- set answers = [] -%}
    {%- for c in conditions -%}{%- do answers.append('f.' ~ names[c.answer_sql]) -%}{%- endfor -%}
    {{ list_of(answers) }}
{%- endmacro -%}

{#- What a condition looked at, as text: one row per clause, event and condition. -#}
{%- macro explain(readings, facts, declared=none) -%}
{%- for clauses in readings -%}
{%- set seen = facts_of(clauses[0], facts, declared) -%}
{%- set names = {} -%}
{%- if clauses[0].conditions | selectattr('ranks_by') | list -%}{%- do name_answers(clauses, names) -%}{%- endif %}
{{ 'union all' if not loop.first }}
select
    t.clause_key,
    t.event_id,
    t.told.condition_order as condition_order,
    t.told.value_seen as value_seen,
    t.told.reason as reason
from (
    select
        {{ clause_key(clauses) }} as clause_key,
        f.event_id,
        {% set told %}{% call(p) by_clause(clauses) %}{{ told_list(p.conditions) }}{% endcall %}{% endset %}{{ each_of(told) }} as told
    from ({{ ranked(clauses, names, seen) if names else answered(clauses, names, seen) }}) as f
    where f.clause_number is not null
) as t
{%- endfor -%}
{%- endmacro -%}

{#- Of each condition its place, what was seen and why, in the order asked. -#}
{%- macro told_list(conditions) -%}
    {%- set told = [] -%}
    {%- for c in conditions -%}
        {%- do told.append(record({
            'condition_order': loop.index,
            'value_seen': value_seen(c),
            'reason': rank_words(c.ranks_by) if c.ranks_by else c.reason_sql or 'cast(null as string)',
        })) -%}
    {%- endfor -%}
    {{ list_of(told) if told else 'null' }}
{%- endmacro -%}

{#- The parts that claims are paid in, one row per clause, event and part: its share, when it is due, and the worst answer
    of what is asked of it. `parts`: those of all clauses; of none the relation is empty. -#}
{%- macro instalments(parts, facts, declared=none) -%}
{%- for p in parts %}
{{ 'union all' if not loop.first }}
select
    '{{ p.clause_key }}' as clause_key,
    f.event_id,
    cast({{ p.instalment_no }} as bigint) as instalment_no,
    cast({{ p.share }} as decimal(9, 8)) as share,
    cast({{ p.share_from }} as decimal(9, 8)) as share_from,
    cast({{ p.share_to }} as decimal(9, 8)) as share_to,
    cast({{ p.answer_sql }} as tinyint) as answer,
    {{ p.reason_sql }} as reason,
    cast({{ p.due_sql }} as date) as due_on
from {{ with_derived([p], facts_of(p, facts, declared)) }} as f
where {{ p.kinds_sql }} and {{ p.grounds_sql }}
{%- else %}
select
    cast(null as string) as clause_key,
    event_id,
    cast(null as bigint) as instalment_no,
    cast(null as decimal(9, 8)) as share,
    cast(null as decimal(9, 8)) as share_from,
    cast(null as decimal(9, 8)) as share_to,
    cast(null as tinyint) as answer,
    cast(null as string) as reason,
    cast(null as date) as due_on
from {{ facts }}
where false
{%- endfor -%}
{%- endmacro -%}

{%- macro value_seen(c) -%}
    {%- set yuan = to_two_places('cast(f.' ~ c.seen_yuan ~ ' as double)', ' 元') -%}
    {%- if c.seen_yuan and c.seen_sql -%} coalesce({{ yuan }}, {{ c.seen_sql }})
    {%- else -%} {{ yuan if c.seen_yuan else c.seen_sql or 'cast(null as string)' }}
    {%- endif -%}
{%- endmacro -%}
