-- D9, one row per enterprise and year asked about, an answer and its marks for each way to settle it: on the statistical
-- list that year or the year before; main industry I65 of the 2017 edition; or either, where a scope that names software
-- work needs a person. Who is on neither list is unknown until both have come.
with
enterprises as (select * from {{ ref('stg_enterprises') }}),

statistics as (select * from {{ ref('stg_statistics') }}),

events as (select * from {{ ref('int_events') }}),

asked as (
    select enterprise_id, year({{ as_of() }}) as year_no from enterprises
    union
    select enterprise_id, year(qualified_on) as year_no from events
where qualified_on is not null
),

listed as (
    select
        a.enterprise_id,
        a.year_no,
        max(s.stat_year) as list_year
    from asked as a
    inner join statistics as s on a.enterprise_id = s.enterprise_id and s.stat_year in (a.year_no, a.year_no - 1)
    where s.is_on_software_list
    group by a.enterprise_id, a.year_no
),

lists as (
    select distinct stat_year from statistics
    where is_on_software_list
),

missing as (
    select
        y.year_no,
        {{ joined('cast(y.list_year as string)', '、', 'y.list_year') }} as list_years
    from (
        select year_no - 1 as list_year, year_no from asked
        union
        select year_no as list_year, year_no from asked
    ) as y
    left join lists as l on y.list_year = l.stat_year
    where l.stat_year is null
    group by y.year_no
),

known as (
    select
        enterprise_id,
        nullif(code, '') as industry_code,
        nullif(trim(industry_edition), '') as industry_edition,
        -- 65, 651, 6513, with the letter of its section or without
        {{ matches('code', "'^I?65[0-9]{0,2}$'") }} as is_65,
        -- a section, a division of some other number, or none of the standard's forms
        case
            when {{ matches('code', "'^[A-HJ-T]$'") }} then true
            when {{ matches('code', "'^[A-T]?[0-9]{2,4}$'") }} then not {{ matches('code', "'^[A-T]?65'") }}
        end as is_other,
        {{ matches(
            "coalesce(business_scope, '')", "'软件|信息技术服务|信息系统集成|数据处理|信息系统运行维护|集成电路设计'"
        ) }} as scope_names_software
    from (select e.*, upper({{ replaced("coalesce(e.industry_code, '')", '[ .　]') }}) as code from enterprises as e) as c
),

marked as (
    select
        a.enterprise_id,
        a.year_no,
        k.scope_names_software,
        case
            when l.list_year is not null then 0
            when n.list_years is not null then 2
            else 3
        end as list_answer,
        case
            when l.list_year is not null then '在 ' || l.list_year || ' 年软件统计名录'
            when n.list_years is not null then '未收到 ' || n.list_years || ' 年软件统计名录'
            else '不在 ' || (a.year_no - 1) || '、' || a.year_no || ' 年软件统计名录'
        end as list_mark,
        case
            when coalesce(k.industry_edition, '') not in ('2011', '2017') then 2
            when k.is_65 then 0
            when k.is_other then 3
            else 2
        end as industry_answer,
        case
            when k.industry_code is null then '无行业代码'
            -- 6520 is IC design in one edition and system integration in the other
            when k.industry_edition is null then '行业代码 ' || k.industry_code || ' 未注明版本，不能确认'
            when k.industry_edition not in ('2011', '2017')
                then '行业代码 ' || k.industry_code || ' 为 ' || k.industry_edition || ' 版，不能确认'
            when k.is_65 and k.industry_edition = '2011'
                then '主行业 I' || trim(leading 'I' from k.industry_code) || '（2011 版，按对照属 GB/T 4754-2017 的 I65）'
            when k.is_65 then '主行业 I' || trim(leading 'I' from k.industry_code) || '（GB/T 4754-2017）'
            when k.is_other is null then '行业代码 ' || k.industry_code || ' 不足以判断'
            else '主行业 ' || k.industry_code || '（' || k.industry_edition || ' 版）'
        end as industry_mark
    from asked as a
    inner join known as k on a.enterprise_id = k.enterprise_id
    left join listed as l on a.enterprise_id = l.enterprise_id and a.year_no = l.year_no
    left join missing as n on a.year_no = n.year_no
)

select
    enterprise_id,
    year_no,
    -- Order matters: list and code decide for, the scope asks for a person, only a full record decides against.
    cast(case
        when list_answer = 0 or industry_answer = 0 then 0
        when scope_names_software then 1
        when list_answer = 2 or industry_answer = 2 then 2
        else 3
    end as tinyint) as software_answer,
    case
        when list_answer = 0 then list_mark
        when industry_answer = 0 then industry_mark
        else list_mark || '；' || industry_mark || '；经营范围' || case when scope_names_software then '涉及软件' else '未涉及软件' end
    end as software_reason,
    cast(list_answer as tinyint) as listed_software_answer,
    list_mark as listed_software_reason,
    cast(industry_answer as tinyint) as industry_software_answer,
    industry_mark as industry_software_reason
from marked
