-- D9, one row per enterprise and year asked about: on the statistical list that year or the year before, or main
-- industry I65 of the 2017 edition; a scope that names software work needs a person; nothing on file is unknown.
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

known as (
    select
        enterprise_id,
        ltrim(industry_code, 'I') as industry_code,
        industry_edition,
        starts_with(ltrim(industry_code, 'I'), '65') as is_65,
        regexp_matches(
            coalesce(business_scope, ''), '软件|信息技术服务|信息系统集成|数据处理|信息系统运行维护|集成电路设计'
        ) as scope_names_software
    from enterprises
)

select
    a.enterprise_id,
    a.year_no,
    -- Order matters: list and code decide for, the scope asks for a person, only a full record decides against.
    cast(case
        when l.list_year is not null or (k.is_65 and k.industry_edition = '2017') then 0
        when k.scope_names_software then 1
        when k.industry_code is null or k.industry_edition is null or k.is_65 then 2
        else 3
    end as tinyint) as software_answer,
    case
        when l.list_year is not null then '在 ' || l.list_year || ' 年软件统计名录'
        when k.is_65 and k.industry_edition = '2017' then '主行业 I' || k.industry_code || '（GB/T 4754-2017）'
        when k.scope_names_software then '不在名录，主行业代码不能确认，经营范围涉及软件'
        when k.industry_code is null then '不在名录，无行业代码，经营范围未涉及软件'
        -- 6520 is IC design in one edition and system integration in the other
        when k.industry_edition is null then '行业代码 ' || k.industry_code || ' 未注明版本，不能确认'
        when k.is_65 then '行业代码 ' || k.industry_code || ' 为 2011 版，不能确认'
        else '主行业 ' || k.industry_code || '（' || k.industry_edition || ' 版），不在名录，经营范围未涉及软件'
    end as software_reason
from asked as a
inner join known as k on a.enterprise_id = k.enterprise_id
left join listed as l on a.enterprise_id = l.enterprise_id and a.year_no = l.year_no
