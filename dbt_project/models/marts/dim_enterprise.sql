with
enterprises as (select * from {{ ref('stg_enterprises') }}),

tenancies as (select * from {{ ref('stg_tenancies') }}),

parks as (select * from {{ ref('stg_parks') }}),

software_firms as (select * from {{ ref('int_software_firms') }}),

-- D9 in the one way all policies that settle it share; where they differ, in the way that asks both
settled as (
    select
        case when min(software_by) = max(software_by) then max(software_by) end as software_by,
        count(distinct software_by) > 1 as is_disputed
    from {{ source('policy', 'clause') }}
),

software as (
    select
        w.enterprise_id,
        case s.software_by
            when 'list_only' then w.listed_software_answer
            when 'industry_only' then w.industry_software_answer
            else w.software_answer
        end as software_answer,
        case s.software_by
            when 'list_only' then w.listed_software_reason
            when 'industry_only' then w.industry_software_reason
            else w.software_reason
        end || case when s.is_disputed then '；各政策认定口径不同，此处按名录或行业代码' else '' end as software_reason
    from software_firms as w
    cross join settled as s
    where w.year_no = year({{ as_of() }})
),

claims as (
    select
        enterprise_id,
        count(*) as claim_count
    from {{ ref('int_claims') }}
    where is_primary
    group by enterprise_id
),

flags as (
    select
        enterprise_id,
        {{ joined('flag_list', '、', 'flag_list', distinct=true) }} as credit_flags
    from {{ ref('stg_credit_flags') }}
    where coalesce(removed_on > {{ as_of() }}, true)
    group by enterprise_id
),

ladder as (
    select * from {{ ref('int_ladder') }}
    where stood_on = {{ as_of() }}
),

seats as (
    select
        enterprise_id,
        park_id,
        row_number() over (partition by enterprise_id order by moved_in_on desc nulls last, park_id asc nulls last) as choice
    from tenancies
    where moved_in_on <= {{ as_of() }} and coalesce(moved_out_on > {{ as_of() }}, true)
)

select
    e.enterprise_id,
    e.enterprise_name,
    e.code_status,
    e.registered_on,
    e.enterprise_type,
    e.registered_capital_yuan,
    e.registered_capital_note,
    e.paid_in_capital_yuan,
    e.paid_in_capital_note,
    e.industry_code,
    e.industry_edition,
    e.business_scope,
    e.registration_status,
    e.deregistered_on,
    e.absent_since,
    e.gone_how,
    e.gone_on,
    e.district_code,
    e.district_name,
    e.district_basis,
    e.is_urban,
    e.address,
    e.street,
    e.former_names,
    e.english_name,
    s.park_id,
    p.park_name,
    {{ words_of_answer('w.software_answer') }} as software_outcome,
    w.software_reason,
    f.credit_flags,
    l.rung,
    l.rung_title,
    l.is_open as is_rung_open,
    coalesce(c.claim_count, 0) as claim_count,
    e.search_text
from enterprises as e
left join seats as s on e.enterprise_id = s.enterprise_id and s.choice = 1
left join parks as p on s.park_id = p.park_id
left join software as w on e.enterprise_id = w.enterprise_id
left join flags as f on e.enterprise_id = f.enterprise_id
left join ladder as l on e.enterprise_id = l.enterprise_id
left join claims as c on e.enterprise_id = c.enterprise_id
