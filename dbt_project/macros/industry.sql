{# The figures of the monthly form as [stem, unit]: columns <stem>_<unit>, and <stem>_base_<unit> for 上年同期累计. #}
{% macro form_figures() %}
    {{ return([
        ['revenue', 'yuan'], ['software_revenue', 'yuan'], ['product_revenue', 'yuan'], ['basic_software', 'yuan'],
        ['industrial_software', 'yuan'], ['it_service_revenue', 'yuan'], ['cloud_service', 'yuan'], ['big_data_service', 'yuan'],
        ['industrial_platform', 'yuan'], ['ecommerce_platform', 'yuan'], ['ic_design', 'yuan'], ['security_revenue', 'yuan'],
        ['industrial_security', 'yuan'], ['embedded_revenue', 'yuan'], ['outsourcing_export', 'usd'],
        ['embedded_product_export', 'usd'], ['embedded_export', 'usd'], ['other_export', 'usd'], ['cost', 'yuan'],
        ['hardware_cost', 'yuan'], ['expense', 'yuan'], ['profit', 'yuan'], ['rd_expense', 'yuan'], ['wages', 'yuan'],
        ['staff', 'count'], ['order_growth', 'percent']
    ]) }}
{% endmacro %}

{# The same as columns of a relation, each figure and its base. #}
{% macro form_columns(of='') -%}
    {%- for stem, unit in form_figures() %}
    {{ of }}{{ stem }}_{{ unit }},
    {{ of }}{{ stem }}_base_{{ unit }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# The last day of a month, of its first. #}
{% macro end_of_month(day) -%} cast({{ day }} + interval 1 month - interval 1 day as date) {%- endmacro %}

{# The measures that are added up, of a row of the monthly form or its base (`_base`), in the unit of the measure. #}
{% macro industry_measures() %}
    {{ return(['software_revenue', 'revenue', 'profit', 'rd_expense', 'wages', 'staff', 'export', 'cost']) }}
{% endmacro %}

{% macro unit_of_measure(measure) -%}
    case when {{ measure }} in ('staff', 'software_staff') then 'person' when {{ measure }} = 'export' then 'usd' else 'yuan' end
{%- endmacro %}

{# Which figure of the monthly form a measure is. Of the three kinds of export all must be told. #}
{% macro form_figure(measure, base='') -%}
    {%- if measure == 'staff' -%} staff{{ base }}_count
    {%- elif measure == 'export' -%} outsourcing_export{{ base }}_usd + embedded_export{{ base }}_usd + other_export{{ base }}_usd
    {%- else -%} {{ measure }}{{ base }}_yuan
    {%- endif -%}
{%- endmacro %}

{# The four segments of 软件业务收入 with their figures, in the order of the form. #}
{% macro industry_segments() %}
    {{ return([
        ['product', 'product_revenue'], ['it_service', 'it_service_revenue'], ['security', 'security_revenue'],
        ['embedded', 'embedded_revenue']
    ]) }}
{% endmacro %}

{# The key fields: parts of the segments. #}
{% macro industry_fields() %}
    {{ return([
        'basic_software', 'industrial_software', 'cloud_service', 'big_data_service', 'industrial_platform',
        'ecommerce_platform', 'ic_design', 'industrial_security'
    ]) }}
{% endmacro %}

{# What a segment or field is called. #}
{% macro part_names() %}
    {{ return({
        'product': '软件产品', 'it_service': '信息技术服务', 'security': '信息安全', 'embedded': '嵌入式系统软件',
        'undivided': '未分列', 'basic_software': '基础软件', 'industrial_software': '工业软件', 'cloud_service': '云服务',
        'big_data_service': '大数据服务', 'industrial_platform': '工业互联网平台服务',
        'ecommerce_platform': '电子商务平台技术服务', 'ic_design': '集成电路设计', 'industrial_security': '工控安全'
    }) }}
{% endmacro %}

{# The size of a firm by what it earned a year before, counted up to twelve months: class, name, from how many yuan. #}
{% macro size_classes() %}
    {{ return([
        ['ge_10yi', '10亿元以上', 1000000000], ['1yi_10yi', '1亿—10亿元', 100000000], ['2000w_1yi', '2000万—1亿元', 20000000],
        ['500w_2000w', '500万—2000万元', 5000000], ['lt_500w', '不足500万元', 0]
    ]) }}
{% endmacro %}

{% macro size_class(yearly_base) -%}
    case
        {%- for id, name, least in size_classes() %}
        when {{ yearly_base }} >{{ '=' if least }} {{ least }} then '{{ id }}'
        {%- endfor %}
        else 'no_base'
    end
{%- endmacro %}

{# Every cut by kind and id with its name and order. #}
{% macro industry_cut_names() %}
    select 'city' as cut_kind, 'all' as cut_id, '全市' as cut_name, 0 as cut_order
    union all
    select 'district', division_code, division_name, division_order from {{ source('reference', 'division') }}
    union all
    select 'district', '市外', '市外', 900
    union all
    select 'district', 'unknown', '未知', 910
    union all
    select 'park', park_id, park_name, row_number() over (order by park_id nulls last) from {{ ref('dim_park') }}
    union all
    select 'park', 'none', '不在园区', 900
    {%- for id, _ in industry_segments() + [['undivided', '']] %}
    union all
    select 'segment', '{{ id }}', '{{ part_names()[id] }}', {{ loop.index }}
    {%- endfor %}
    {%- for id, name, _ in size_classes() %}
    union all
    select 'size', '{{ id }}', '{{ name }}', {{ loop.index }}
    {%- endfor %}
    union all
    select 'size', 'no_base', '无上年同期数', 910
{% endmacro %}

{# The rows of int_industry_month_parts and int_industry_year_parts from two CTEs: `figures`, a row per firm, period and
   measure, with `district`, `park` and what else `kinds` names (of these software revenue alone), `is_matched` and
   `is_entrant`; and `segments`, what the firm tells of each. What no segment is told of is 未分列, so that segments add up
   to the whole; of a pair of years both must be told. #}
{% macro industry_parts(period, kinds) -%}
wholes as (
    select * from figures
    where measure_id = 'software_revenue'
),

divided as (
    select
        s.enterprise_id,
        s.{{ period }},
        s.segment_id,
        s.value,
        case when s.base_value is not null then s.value end as paired_value,
        s.base_value,
        w.is_matched and s.base_value is not null as is_matched,
        w.is_entrant and s.value > 0 as is_entrant
    from segments as s
    inner join wholes as w on s.enterprise_id = w.enterprise_id and s.{{ period }} = w.{{ period }}
    where s.value is not null
),

undivided as (
    select
        w.enterprise_id,
        w.{{ period }},
        w.value - coalesce(d.value, 0) as value,
        w.value - coalesce(d.paired_value, 0) as paired_value,
        w.base_value - coalesce(d.base_value, 0) as base_value,
        w.is_matched,
        w.is_entrant,
        -- where all are told, what is left is their rounding
        coalesce(d.told_count, 0) < {{ industry_segments() | length }} as is_seen
    from wholes as w
    left join (
        select
            enterprise_id, {{ period }}, sum(value) as value, sum(paired_value) as paired_value, sum(base_value) as base_value,
            count(*) as told_count
        from divided
        group by enterprise_id, {{ period }}
    ) as d on w.enterprise_id = d.enterprise_id and w.{{ period }} = d.{{ period }}
),

cut as (
    {%- for kind in ['city', 'district', 'park'] + kinds %}
    select
        {{ period }}, '{{ kind }}' as cut_kind, {{ "'all'" if kind == 'city' else kind }} as cut_id, measure_id, enterprise_id,
        value, value as paired_value, base_value, is_matched, is_entrant, true as is_seen
    from figures
    {%- if kind in kinds %}
    where measure_id = 'software_revenue'
    {%- endif %}
    union all
    {%- endfor %}
    select
        {{ period }}, 'segment' as cut_kind, segment_id as cut_id, 'software_revenue' as measure_id, enterprise_id,
        value, paired_value, base_value, is_matched, is_entrant, true as is_seen
    from divided
    union all
    select
        {{ period }}, 'segment' as cut_kind, 'undivided' as cut_id, 'software_revenue' as measure_id, enterprise_id,
        value, paired_value, base_value, is_matched, is_entrant, is_seen
    from undivided
)

select
    {{ period }},
    cut_kind,
    cut_id,
    measure_id,
    enterprise_id,
    {{ yuan('value') }} as value,
    {{ yuan('paired_value') }} as paired_value,
    {{ yuan('base_value') }} as base_value,
    is_matched,
    is_entrant,
    is_seen
from cut
{%- endmacro %}

{# Rows of firms added up, of a relation with the columns of int_industry_month_parts. What is of_matched and of_rest tells
   whether single firms could be seen (withheld_cells); rounding (not is_seen) tells nothing of anybody. #}
{% macro industry_sums() -%}
    {{ yuan('sum(value)') }} as value,
    {{ yuan('coalesce(sum(paired_value) filter (where is_matched), 0)') }} as matched_value,
    {{ yuan('coalesce(sum(base_value) filter (where is_matched), 0)') }} as base_value,
    count(value) as reported_count,
    count(*) filter (where is_matched) as matched_count,
    count(*) filter (where is_entrant) as entrant_count,
    {{ yuan('coalesce(sum(value) filter (where is_entrant), 0)') }} as entrant_value,
    count(*) filter (where is_matched and paired_value > base_value) as growing_count,
    -- down by more than a fifth
    count(*) filter (where is_matched and paired_value < base_value - abs(base_value) * 0.2) as fallen_count,
    median({{ rate('(paired_value - base_value)', 'abs(base_value)') }}) filter (where is_matched) as median_growth_rate,
    {{ yuan(sum_of_largest('value', 10)) }} as top10_value,
    {{ yuan(sum_of_largest('value', 100)) }} as top100_value,
    max(value) as largest_value,
    coalesce({{ of_largest('case when is_matched then paired_value end') }}, 0) as largest_matched_value,
    coalesce({{ of_largest('case when is_matched then base_value end') }}, 0) as largest_base_value,
    count(*) filter (where is_matched and is_seen and (paired_value <> 0 or base_value <> 0)) as seen_count,
    coalesce(max(abs(paired_value)) filter (where is_matched and is_seen), 0) as seen_largest,
    coalesce(sum(abs(paired_value)) filter (where is_matched and is_seen), 0) as seen_sum,
    coalesce(max(abs(base_value)) filter (where is_matched and is_seen), 0) as seen_base_largest,
    coalesce(sum(abs(base_value)) filter (where is_matched and is_seen), 0) as seen_base_sum,
    count(*) filter (where value <> 0 and is_seen and not is_matched) as rest_count,
    coalesce(max(abs(value)) filter (where is_seen and not is_matched), 0) as rest_largest,
    coalesce(sum(abs(value)) filter (where is_seen and not is_matched), 0) as rest_sum
{%- endmacro %}

{# An expression of the firm with the largest value; of equals, of the last id. #}
{% macro of_largest(expression) -%} {{ of_last(expression, ['value', 'enterprise_id']) }} {%- endmacro %}

{# Whether a figure is a thousand times what is usual, or a thousandth: 万元 for 元 and the reverse. #}
{% macro is_thousandfold(figure, usual) -%}
    {{ usual }} > 0 and {{ figure }} > 0 and ({{ figure }} >= {{ usual }} * 1000 or {{ figure }} * 1000 <= {{ usual }})
{%- endmacro %}

{# Whether a firm's figure is compared with that of a year before, and whether the firm is new in it. #}
{% macro is_compared(value, base) -%}
    coalesce({{ base }} <> 0, false) as is_matched,
    coalesce({{ value }} > 0 and {{ base }} = 0, false) as is_entrant
{%- endmacro %}

{# What a firm (of the relation `r`) usually takes in a month, to doubt one by: of three months and more the median, of two
   the one before. #}
{% macro usual_of_months(r, monthly, counted='true') -%}
    case
        when count(case when {{ counted }} then {{ monthly }} end) over (partition by {{ r }}.enterprise_id) > 2
            then median(case when {{ counted }} then {{ monthly }} end) over (partition by {{ r }}.enterprise_id)
        else lag({{ monthly }}) over (partition by {{ r }}.enterprise_id, {{ counted }} order by {{ r }}.period nulls last, {{ r }}.source_file nulls last)
    end
{%- endmacro %}

{# Whether what a report calls 上年同期 is the figure of the month before, of a relation that knows both. #}
{% macro is_base_of_last_month() -%}
    coalesce(
        software_revenue_base_yuan > 0 and software_revenue_base_yuan = last_yuan
        and coalesce(revenue_base_yuan = last_revenue_yuan, true),
        false
    )
{%- endmacro %}

{# Single respondents: of fewer firms than three, or where one holds more than 85 %, a sum says what one of them reported. #}
{% macro fewest_firms() %}3{% endmacro %}
{% macro largest_hold() %}0.85{% endmacro %}

{# Whether a sum of `count` firms (none is no sum) would show a single one. #}
{% macro shows_one(count, largest, sum) -%}
    ({{ count }} > 0 and ({{ count }} < {{ fewest_firms() }} or {{ largest }} > {{ sum }} * {{ largest_hold() }}))
{%- endmacro %}

{# Cells of `by` whose sum is shown, each with `is_withheld` (it shows a single firm itself) and `is_withheld_secondary`:
   what is hidden could be computed from the whole and the cells shown, so that the smallest of these are hidden too, until
   all hidden cells together are two at least and show nobody. A firm has a part in several segments: there the largest of
   the cells are taken for one firm's, and the firms of the cell with the most for all. #}
{% macro withheld_cells(cells, by) %}
    select
        *,
        is_withheld = false and is_one_hidden and hiding_order <= coalesce(
            min(case when is_enough then hiding_order end) over (partition by {{ by }}), hiding_order
        ) as is_withheld_secondary
    from (
        select
            *,
            -- all cells up to this one hidden, from those that must be on
            hidden_count >= 2 and not (
                hidden_firms < {{ fewest_firms() }}
                or hidden_largest > hidden_sum * {{ largest_hold() }} or hidden_base_largest > hidden_base_sum * {{ largest_hold() }}
            ) and last_withheld <= hiding_order as is_enough
        from (
            select
                *,
                last_withheld > 0 as is_one_hidden,
                count(*) over up_to_here as hidden_count,
                case when cut_kind = 'segment' then max(seen_count) over up_to_here else sum(seen_count) over up_to_here end as hidden_firms,
                case when cut_kind = 'segment' then sum(seen_largest) over up_to_here else max(seen_largest) over up_to_here end
                    as hidden_largest,
                sum(seen_sum) over up_to_here as hidden_sum,
                case when cut_kind = 'segment' then sum(seen_base_largest) over up_to_here else max(seen_base_largest) over up_to_here end
                    as hidden_base_largest,
                sum(seen_base_sum) over up_to_here as hidden_base_sum
            from (
                select
                    *,
                    max(case when is_withheld then hiding_order else 0 end) over (partition by {{ by }}) as last_withheld
                from (
                    select
                        *,
                        row_number() over (
                            partition by {{ by }}
                            order by
                                seen_count = 0 nulls last, not is_withheld nulls last, seen_sum nulls last, seen_base_sum nulls last,
                                cut_id nulls last
                        ) as hiding_order
                    from (
                        select
                            *,
                            {{ shows_one('seen_count', 'seen_largest', 'seen_sum') }}
                            or {{ shows_one('seen_count', 'seen_base_largest', 'seen_base_sum') }} as is_withheld
                        from {{ cells }}
                    )
                )
            )
            window up_to_here as (partition by {{ by }} order by hiding_order nulls last rows between unbounded preceding and current row)
        )
    )
{% endmacro %}

{# What the marts tell of a cell that ran industry_sums() and withheld_cells(); `when`: where growth may be told. #}
{% macro industry_columns(w, when='true') -%}
    {{ w }}.value,
    {{ w }}.matched_value,
    {{ w }}.base_value,
    case when {{ w }}.base_value > 0 and {{ when }} then 
        {{ rate('(' ~ w ~ '.matched_value - ' ~ w ~ '.base_value)', w ~ '.base_value') }} end as growth_rate,
    {{ rate(w ~ '.matched_value', w ~ '.value') }} as matched_value_share,
    {{ w }}.reported_count,
    {{ w }}.matched_count,
    {{ w }}.entrant_count,
    {{ w }}.entrant_value,
    {{ w }}.growing_count,
    {{ w }}.fallen_count,
    case when {{ when }} then {{ rate(w ~ '.growing_count', w ~ '.matched_count') }} end as growing_rate,
    case when {{ when }} then {{ w }}.median_growth_rate end as median_growth_rate,
    {{ w }}.top10_value,
    {{ rate(w ~ '.top10_value', w ~ '.value') }} as top10_share,
    {{ w }}.top100_value,
    {{ rate(w ~ '.top100_value', w ~ '.value') }} as top100_share,
    {{ w }}.largest_value,
    {{ rate(w ~ '.largest_value', w ~ '.value') }} as largest_share,
    case when {{ w }}.base_value > {{ w }}.largest_base_value and {{ when }} then
        {{ rate(
            '(' ~ w ~ '.matched_value - ' ~ w ~ '.largest_matched_value - ' ~ w ~ '.base_value + ' ~ w ~ '.largest_base_value)',
            '(' ~ w ~ '.base_value - ' ~ w ~ '.largest_base_value)'
        ) }}
    end as growth_without_largest_rate,
    {{ w }}.is_withheld,
    {{ w }}.is_withheld_secondary,
    case
        when {{ w }}.is_withheld and {{ w }}.seen_count < {{ fewest_firms() }} then '不足{{ fewest_firms() }}家企业，不单独列示'
        when {{ w }}.is_withheld then '一家企业占比超过85%，不单独列示'
        when {{ w }}.is_withheld_secondary then '为避免推算出其他单元而不列示'
    end as withheld_reason,
    -- beside what is matched, the rest would show a single firm
    {{ shows_one(w ~ '.rest_count', w ~ '.rest_largest', w ~ '.rest_sum') }} as is_value_withheld
{%- endmacro %}
