{#-
    The one evaluator: clauses (the `program` of each policy row) in, SQL out.

    Plain Jinja on purpose: dbt renders it in a build, `softcity whatif` renders the same file on a snapshot.
    Answers are small integers so that the worst one decides:
        0 met · 1 needs_review · 2 unknown · 3 not_met
    and an outcome is the greatest answer of a claim:
        0 eligible · 1 needs_review · 2 undetermined · 3 not_eligible
-#}

{%- macro selects(selection) -%}
    {%- for part in selection -%}
        f.{{ part.column }} in ({{ part['values'] | join(', ') }}){{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro -%}

{#- Which events are a clause version's: those its trigger names, of the days on which it is the one in force. -#}
{%- macro grounds(p, of_its_kind=false) -%}
    {%- set asked = p.trigger | rejectattr('column', 'equalto', 'event_kind') | list if of_its_kind else p.trigger -%}
    {{ selects(asked) if asked else 'true' }}
    {%- if p.since or p.until %} and (
        {%- if p.since %}f.qualified_on >= {{ p.since }}{% endif %}
        {%- if p.since and p.until %} and {% endif %}
        {%- if p.until %}f.qualified_on < {{ p.until }}{% endif %}
        {%- if p.takes_undated %} or f.qualified_on is null{% endif %})
    {%- endif -%}
{%- endmacro -%}

{#- Order matters: a condition not asked passes; what is not known is never a yes; then the question itself. -#}
{%- macro answer(c) -%}
    {%- set seen = 'f.' ~ c.fact -%}
    {%- set v = c['values'] -%}
    case
        {%- if c.when %} when not coalesce({{ selects(c.when) }}, false) then 0{% endif %}
        {%- if c.operator == 'always_review' %} when true then 1
        {%- elif c.operator in ('human_judgement', 'mentions') %} when {{ seen }} is null then 1
        {#- below the line this year, or reached in a year before, is a no, whatever other years were; a year that is not
            on file may have reached it; who was registered this year has none before -#}
        {%- elif c.operator == 'first_reaches' %} when {{ seen }} < {{ v[0] }} or f.{{ c.of }} >= {{ v[0] }} then {{ c.otherwise }}
            when {{ seen }} is null or coalesce(f.{{ c.missing }} > 0, true) then 2
        {%- else %} when {{ seen }} is null
            {%- if c.of %} or f.{{ c.of }} is null{% endif %}
            {%- if c.dated %} or f.qualified_on is null{% endif %} then 2
        {%- endif %}
        {%- if c.operator == 'assessed' %} else {{ seen }}
        {%- elif c.operator == 'is_known' %} else 0
        {%- elif c.operator != 'always_review' %}
            {%- if c.operator in ('human_judgement', 'is_true') %} when {{ seen }}
            {%- elif c.operator == 'first_reaches' %} when {{ seen }} >= {{ v[0] }}
            {%- elif c.operator == 'at_least' %} when {{ seen }} >= {{ v[0] }}
            {%- elif c.operator == 'at_most' %} when {{ seen }} <= {{ v[0] }}
            {%- elif c.operator == 'between' %} when {{ seen }} between {{ v[0] }} and {{ v[1] }}
            {%- elif c.operator == 'is_one_of' %} when {{ one_of(seen, v, c.dated) }}
            {%- elif c.operator == 'is_none_of' %} when {{ seen }} not in ({{ v | join(', ') }})
            {%- elif c.operator == 'mentions' %} when contains({{ seen }}, {{ v[0] }})
            {#- D12: the same day of the year, inclusive; adding years takes 29 February to the 28th -#}
            {%- elif c.operator == 'within_years_of' %} when {{ seen }} <= f.{{ c.of }} + interval '{{ v[0] }}' year
            {%- endif %} then 0 else {{ c.otherwise }}
        {%- endif %}
    end
{%- endmacro -%}

{#- Some words count only on some days: judged on the day of the event. -#}
{%- macro one_of(seen, words, dated) -%}
    {%- if words %}{{ seen }} in ({{ words | join(', ') }}){% endif -%}
    {%- for w in dated -%}
        {{ ' or ' if words or not loop.first }}({{ seen }} = {{ w.word }}
        {%- if w.first_day %} and f.qualified_on >= {{ w.first_day }}{% endif %}
        {%- if w.last_day %} and f.qualified_on <= {{ w.last_day }}{% endif %})
    {%- endfor -%}
{%- endmacro -%}

{#- D2: of the whole sum, or of each part of it. -#}
{%- macro band_amount(award) -%}
    {%- set base = 'f.' ~ award.base -%}
    {%- if award.bands_apply == 'marginal' -%}
        (0{% for b in award.bands %} + greatest({% if b.below %}least({{ base }}, {{ b.below }}){% else %}{{ base }}{% endif %} - {{ b.at_least }}, 0) * {{ b.rate }}{% endfor %})
    {%- else -%}
        case{% for b in award.bands | reverse %} when {{ base }} >= {{ b.at_least }} then {{ base }} * {{ b.rate }}{% endfor %} end
    {%- endif -%}
{%- endmacro -%}

{%- macro cap(award) -%}
    {%- if award.caps -%}
        case f.grade_number{% for grade, yuan in award.caps.items() %} when {{ grade }} then {{ yuan }}{% endfor %} end
    {%- else -%} {{ award.cap or 'null' }}
    {%- endif -%}
{%- endmacro -%}

{#- D1, D3: an upper bound. least(null, cap) would be the cap: a missing base, or one outside all bands, gives null. -#}
{%- macro ceiling(award) -%}
    {%- if award.rate or award.bands -%}
        {%- set amount -%}
            {%- if award.rate -%} f.{{ award.base }} * {{ award.rate }} {%- else -%} {{ band_amount(award) }} {%- endif -%}
        {%- endset -%}
        {%- set end = (award.bands | last).below if award.bands and award.bands_apply == 'whole' -%}
        case when f.{{ award.base }} {{ '>= ' ~ award.bands[0].at_least if award.bands else 'is not null' }}
            {%- if end %} and f.{{ award.base }} < {{ end }}{% endif %}
            {%- if award.caps %} and {{ cap(award) }} is not null{% endif %} then
            {%- if award.cap or award.caps %} least(round({{ amount }}, 2), {{ cap(award) }})
            {%- else %} round({{ amount }}, 2) {%- endif %} end
    {%- else -%} {{ cap(award) }}
    {%- endif -%}
{%- endmacro -%}

{%- macro floor_bound(award) -%}
    {%- if award.floor_rate -%} round(f.{{ award.base }} * {{ award.floor_rate }}, 2) {%- else -%} null {%- endif -%}
{%- endmacro -%}

{#- D5: only where the fact that the clause names says so; what is not known floats nothing. -#}
{%- macro floats_up(award) -%}
    {%- if award.may_float_up -%} f.{{ award.may_float_up }} {%- else -%} null {%- endif -%}
{%- endmacro -%}

{#- One row per clause and event it is about: every answer kept, in the order the conditions are asked.
    Clauses of one kind of event that no event can ground together share one reading of the events of that kind, and ask
    a shared question once. -#}
{%- macro evaluate(programs, facts) -%}
{%- set readings = [] -%}
{%- for p in programs -%}
    {%- set place = namespace(found=false) -%}
    {%- for clauses in readings
        if not place.found and kinds_of(p) == kinds_of(clauses[0]) and are_apart(p, clauses) == 'yes' -%}
        {%- set place.found = true -%}
        {%- do clauses.append(p) -%}
    {%- endfor -%}
    {%- if not place.found -%}{%- do readings.append([p]) -%}{%- endif -%}
{%- endfor -%}
{%- for clauses in readings -%}
{%- set names = {} -%}
{%- for p in clauses -%}{%- for c in p.conditions -%}
    {%- do names.setdefault(answer(c), 'answer_' ~ names | length) -%}
{%- endfor -%}{%- endfor %}
{{ 'union all' if not loop.first }}
select
    [{% for p in clauses %}'{{ p.clause_key }}'{{ ', ' if not loop.last }}{% endfor %}][f.clause_number] as clause_key,
    f.event_id,
    {% call(p) by_clause(clauses) %}{{ answer_list(p.conditions, names) }}{% endcall %} as answers,
    cast({% call(p) by_clause(clauses) %}{{ ceiling(p.award) }}{% endcall %} as decimal(18, 2)) as ceiling_yuan,
    cast({% call(p) by_clause(clauses) %}{{ floor_bound(p.award) }}{% endcall %} as decimal(18, 2)) as floor_yuan,
    coalesce({% call(p) by_clause(clauses) %}{{ floats_up(p.award) }}{% endcall %}, false) as may_float_up
from (
    select
        f.*,
        case{% for p in clauses %} when {{ grounds(p, true) }} then {{ loop.index }}{% endfor %} end as clause_number
        {%- for question, name in names.items() %},
        cast({{ question }} as tinyint) as {{ name }}
        {%- endfor %}
    from {{ facts }} as f
    where f.event_kind in ({{ kinds_of(clauses[0]) }})
) as f
where f.clause_number is not null
{%- endfor -%}
{%- endmacro -%}

{#- Yes when days (other versions of one clause) or some column of the trigger keep every event of `p` from each. -#}
{%- macro are_apart(p, clauses) -%}
    {%- set met = namespace(any=false) -%}
    {%- for q in clauses -%}
        {%- set apart = namespace(any=p.clause == q.clause) -%}
        {%- for x in p.trigger -%}{%- for y in q.trigger if x.column == y.column -%}
            {%- if not x['values'] | select('in', y['values']) | list -%}{%- set apart.any = true -%}{%- endif -%}
        {%- endfor -%}{%- endfor -%}
        {%- if not apart.any -%}{%- set met.any = true -%}{%- endif -%}
    {%- endfor -%}
    {{- 'no' if met.any else 'yes' -}}
{%- endmacro -%}

{%- macro kinds_of(p) -%}
    {%- for part in p.trigger if part.column == 'event_kind' -%}{{ part['values'] | join(', ') }}{%- endfor -%}
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
    [{% for c in conditions %}f.{{ names[answer(c)] }}{{ ', ' if not loop.last }}{% endfor %}]
{%- endmacro -%}

{#- What a condition looked at, as text: one row per clause, event and condition. -#}
{%- macro explain(programs, facts) -%}
{%- for p in programs -%}
{%- set clause_loop = loop -%}
{%- for c in p.conditions %}
{{ 'union all' if not (clause_loop.first and loop.first) }}
select
    '{{ p.clause_key }}' as clause_key,
    f.event_id,
    {{ loop.index }} as condition_order,
    {{ value_seen(c) }} as value_seen,
    {{ reason(c) }} as reason
from {{ facts }} as f
where {{ grounds(p) }}
{%- endfor %}
{%- endfor -%}
{%- endmacro -%}

{%- macro value_seen(c) -%}
    {%- if not c.fact -%} cast(null as string)
    {%- elif c.seen_as -%} f.{{ c.seen_as }}
    {%- elif c.operator == 'within_years_of' -%}
    coalesce(cast(f.{{ c.fact }} as string), '日期未载明') || '（' || coalesce(
        {%- if c.of_seen_as %}f.{{ c.of_seen_as }}{% elif c['values'][0] == '0' %}'对照 ' || f.{{ c.of }}{% else %}'自 ' || f.{{ c.of }} || ' 起'{% endif -%}
        , '日期未载明') || '）'
    {%- elif c.type == 'yuan' -%} {% if c.noted_by %}coalesce({{ shown_yuan('f.' ~ c.fact) }}, f.{{ c.noted_by }}){% else %}{{ shown_yuan('f.' ~ c.fact) }}{% endif %}
    {%- elif c.type == 'boolean' -%} case f.{{ c.fact }} when true then '是' when false then '否' end
    {%- else -%} cast(f.{{ c.fact }} as string)
    {%- endif -%}
{%- endmacro -%}

{%- macro shown_yuan(column) -%}
    format('{:,.2f} 元', cast({{ column }} as double))
{%- endmacro -%}

{#- More than the answer can say: not asked of this event, or the words kept for a value that fails. -#}
{%- macro reason(c) -%}
    {%- set history = c.of_seen_as if c.operator == 'first_reaches' -%}
    {%- if c.when or c.reasons or c.otherwise_says or history -%}
    case
        {%- if c.when %} when not coalesce({{ selects(c.when) }}, false) then '不适用于本事项'{% endif %}
        {%- for seen, words in c.reasons.items() %} when f.{{ c.fact }} = {{ seen }} then {{ words }}{% endfor %}
        {%- if c.otherwise_says %} when {{ answer(c) }} = {{ c.otherwise }} then {{ c.otherwise_says }}{% endif %}
        {%- if history %} when true then f.{{ history }}{% endif %}
    end
    {%- else -%} cast(null as string)
    {%- endif -%}
{%- endmacro -%}
