with
listed as (
    select * from {{ ref('stg_statistics') }}
    where is_on_software_list and enterprise_id is not null and stat_year < year({{ as_of() }}) + 1
),

ranked as (
    select
        enterprise_id,
        stat_year,
        rank() over (partition by stat_year, main_field order by software_revenue_yuan desc nulls last) as field_rank,
        count(*) over (partition by stat_year, main_field) as field_firm_count
    from listed
    where main_field is not null and software_revenue_yuan is not null
)

select
    l.enterprise_id,
    l.stat_year,
    l.main_field,
    {{ yuan('l.software_revenue_yuan') }} as software_revenue_yuan,
    {{ yuan('l.revenue_yuan') }} as revenue_yuan,
    {{ yuan('l.profit_yuan') }} as profit_yuan,
    {{ yuan('l.rd_expense_yuan') }} as rd_expense_yuan,
    {{ yuan('l.wages_yuan') }} as wages_yuan,
    cast(l.staff_count as bigint) as staff_count,
    cast(l.software_staff_count as bigint) as software_staff_count,
    cast(r.field_rank as bigint) as field_rank,
    r.field_firm_count,
    l.source_file,
    l.row_no
from listed as l
left join ranked as r on l.enterprise_id = r.enterprise_id and l.stat_year = r.stat_year
