-- Which claim an application stands on: same clause and beneficiary and, where it names one, the same certificate,
-- project or park; else the latest qualifying day on or before the submission day. None: 无依据申报.
with
-- of the policy it is made under: two policies may have a clause of one id
applications as (
    select a.*, p.policy_id
    from {{ ref('stg_applications') }} as a
    inner join {{ ref('int_application_policies') }} as p on a.application_no = p.application_no
    where p.policy_id is not null
),

claims as (select * from {{ ref('int_claims') }}),

-- two equal joins, not one with "or": that would hold each application against every claim of its clause
pairs as (
    select
        a.application_no,
        a.certificate_no as certificate_named,
        a.project_no as project_named,
        a.park_id as park_named,
        a.submitted_on,
        c.*
    from applications as a
    inner join claims as c
        on a.policy_id = c.policy_id and a.clause_id = c.clause_id and a.enterprise_id = c.enterprise_id
    union
    select
        a.application_no,
        a.certificate_no as certificate_named,
        a.project_no as project_named,
        a.park_id as park_named,
        a.submitted_on,
        c.*
    from applications as a
    inner join claims as c on a.policy_id = c.policy_id and a.clause_id = c.clause_id and a.park_id = c.park_id
    where c.beneficiary = 'park'
),

candidates as (
    select
        application_no,
        claim_id,
        is_primary,
        case
            when certificate_named = certificate_no then 'certificate'
            when project_named = project_no then 'project'
            when park_named = park_id and beneficiary = 'park' then 'park'
            else 'latest'
        end as match_basis,
        row_number() over (
            partition by application_no, policy_id, document
            order by
                (coalesce(certificate_named = certificate_no, false))::int
                + (coalesce(project_named = project_no, false))::int
                + (coalesce(park_named = park_id, false))::int desc,
                qualified_on desc,
                event_id asc
        ) as choice
    from pairs
    where
        -- what both sides name must agree
        coalesce(certificate_named = certificate_no, true)
        and coalesce(project_named = project_no, true)
        and (beneficiary <> 'park' or coalesce(park_named = park_id, true))
        and submitted_on >= qualified_on
)

select
    application_no,
    claim_id,
    is_primary,
    match_basis
from candidates
where choice = 1
