with
applications as (select * from {{ ref('stg_applications') }}),

-- a scenario or a later text has claims of its own; an application is shown under the first document
matches as (select * from {{ ref('int_application_matches') }}
where is_primary
),

policies as (select * from {{ ref('int_application_policies') }}),

claims as (select * from {{ ref('int_claims') }}),

payments as (
    select application_no, sum(amount_yuan) as paid_yuan from {{ ref('stg_payments') }}
group by application_no
)

select
    a.application_no,
    o.policy_id,
    a.clause_id,
    a.enterprise_id,
    a.enterprise_name,
    coalesce(a.park_id, c.park_id) as park_id,
    a.project_no,
    a.certificate_no,
    a.submitted_on,
    a.accepted_on,
    a.status,
    a.requested_yuan,
    a.approved_yuan,
    a.approved_on,
    m.claim_id,
    coalesce(m.match_basis, 'none') as match_basis,
    m.claim_id is null and (a.status <> 'draft' or p.application_no is not null) as is_without_ground,
    case
        when m.claim_id is null and (a.status <> 'draft' or p.application_no is not null)
            then coalesce(o.unsettled_reason, '没有对应的认定、项目或入驻记录')
    end as without_ground_reason,
    {{ yuan('case when w.have_payments then coalesce(p.paid_yuan, 0) end') }} as paid_yuan,
    a.source_file,
    a.sheet,
    a.row_no
from applications as a
inner join policies as o on a.application_no = o.application_no
left join matches as m on a.application_no = m.application_no
left join claims as c on m.claim_id = c.claim_id
left join payments as p on a.application_no = p.application_no
cross join {{ ref('int_arrived') }} as w
