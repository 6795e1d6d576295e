-- Which claim an application stands on: same clause and beneficiary and, where it names one, the same certificate,
-- project or park; else the latest qualifying day on or before the submission day. None: 无依据申报.
with
applications as (select * from {{ ref('stg_applications') }}),

claims as (select * from {{ ref('int_claims') }}),

candidates as (
    select
        a.application_no,
        c.claim_id,
        c.is_primary,
        case
            when a.certificate_no = c.certificate_no then 'certificate'
            when a.project_no = c.project_no then 'project'
            when a.park_id = c.park_id and c.beneficiary = 'park' then 'park'
            else 'latest'
        end as match_basis,
        row_number() over (
            partition by a.application_no, c.policy_id, c.document
            order by
                (coalesce(a.certificate_no = c.certificate_no, false))::int
                + (coalesce(a.project_no = c.project_no, false))::int
                + (coalesce(a.park_id = c.park_id, false))::int desc,
                c.qualified_on desc,
                c.event_id asc
        ) as choice
    from applications as a
    inner join claims as c
        on a.clause_id = c.clause_id
        and (a.enterprise_id = c.enterprise_id or (c.beneficiary = 'park' and a.park_id = c.park_id))
        -- what both sides name must agree
        and coalesce(a.certificate_no = c.certificate_no, true)
        and coalesce(a.project_no = c.project_no, true)
        and (c.beneficiary <> 'park' or coalesce(a.park_id = c.park_id, true))
        and a.submitted_on >= c.qualified_on
)

select
    application_no,
    claim_id,
    is_primary,
    match_basis
from candidates
where choice = 1
