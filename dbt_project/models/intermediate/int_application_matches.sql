-- Which claim an application stands on: same clause and beneficiary and, where it names one, the same certificate,
-- project, park or rent year; else the latest qualifying day on or before the submission day among the claims it could
-- satisfy. Renewals and claims that are not eligible only where nothing else is left. None: 无依据申报.
with
-- of the policy it is made under: two policies may have a clause of one id
applications as (
    select a.*, p.policy_id
    from {{ ref('stg_applications') }} as a
    inner join {{ ref('int_application_policies') }} as p on a.application_no = p.application_no
    where p.policy_id is not null
),

claims as (
    select c.*, coalesce(e.series_kind = 'renewed', false) and not c.is_of_renewals as is_renewal, e.event_kind
    from {{ ref('int_claims') }} as c
    inner join {{ ref('int_events') }} as e on c.event_id = e.event_id
),

-- two equal joins, not one with "or": that would hold each application against every claim of its clause
pairs as (
    select
        a.application_no,
        a.certificate_no as certificate_named,
        a.project_no as project_named,
        a.park_id as park_named,
        a.rent_year as year_named,
        a.submitted_on,
        a.status in ('draft', 'rejected', 'withdrawn') as leaves_it_free,
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
        a.rent_year as year_named,
        a.submitted_on,
        a.status in ('draft', 'rejected', 'withdrawn') as leaves_it_free,
        c.*
    from applications as a
    inner join claims as c on a.policy_id = c.policy_id and a.clause_id = c.clause_id and a.park_id = c.park_id
    where c.beneficiary = 'park'
),

fitting as (
    select
        *,
        cast(coalesce(certificate_named = certificate_no, false) as integer)
        + cast(coalesce(project_named = project_no, false) as integer)
        + cast(coalesce(park_named = park_id, false) as integer)
        + cast(coalesce(year_named = event_year, false) as integer) as named_count,
        case
            when certificate_named = certificate_no then 'certificate'
            when project_named = project_no then 'project'
            when park_named = park_id and beneficiary = 'park' then 'park'
            when year_named = event_year then 'rent_year'
            else 'latest'
        end as match_basis,
        -- what it satisfies, what a person or a file may yet say it satisfies, what it does not
        case when is_renewal or outcome_code = 3 then 3 when outcome_code = 0 then 0 else 1 end as doubt,
        case when outcome_code < 3 then open_condition_count else 0 end as open_count   -- of two in doubt the nearer one
    from pairs
    where
        -- what both sides name must agree
        coalesce(certificate_named = certificate_no, true)
        and coalesce(project_named = project_no, true)
        and (beneficiary <> 'park' or coalesce(park_named = park_id, true))
        and (event_kind <> 'rent_year' or coalesce(year_named = event_year, true))
        and submitted_on >= qualified_on
),

chosen as (
    select
        *,
        row_number() over (
            partition by application_no, policy_id, document
            order by
                named_count desc nulls last, doubt asc nulls last, open_count asc nulls last, qualified_on desc nulls last,
                event_id asc nulls last
        ) as choice
    from fitting
),

first_choices as (
    select * from chosen
    where choice = 1
),

-- who applied for a claim first, by name before by day, while the application stands
holding as (
    select
        *,
        row_number() over (
            partition by claim_id order by named_count desc nulls last, submitted_on asc nulls last, application_no asc nulls last
        ) as standing
    from first_choices
    where not leaves_it_free
),

holders as (
    select * from holding
    where standing = 1
),

-- a later application that names nothing is for what nobody has applied for yet, where there is such a claim
not_applied_for as (
    select
        f.*,
        c.claim_id as first_choice,
        row_number() over (
            partition by f.application_no, f.policy_id, f.document
            order by
                f.doubt asc nulls last, f.open_count asc nulls last, f.qualified_on desc nulls last, f.event_id asc nulls last
        ) as place,
        count(*) over (partition by f.application_no, f.policy_id, f.document) as free_count
    from fitting as f
    inner join first_choices as c
        on f.application_no = c.application_no and f.policy_id = c.policy_id and f.document = c.document
    inner join holders as h on c.claim_id = h.claim_id
    left join holders as held on f.claim_id = held.claim_id
    where
        h.application_no <> c.application_no and not c.leaves_it_free and c.named_count = 0
        and held.claim_id is null and f.doubt < 3
),

-- several of them take one claim each: what is free to them is the same where it is as many
queued as (
    select
        *,
        dense_rank() over (
            partition by first_choice, free_count order by submitted_on nulls last, application_no nulls last
        ) as turn
    from not_applied_for
),

second_choices as (
    select * from queued
    where place = turn
)

select
    c.application_no,
    coalesce(s.claim_id, c.claim_id) as claim_id,
    c.is_primary,
    coalesce(s.match_basis, c.match_basis) as match_basis
from first_choices as c
left join second_choices as s
    on c.application_no = s.application_no and c.policy_id = s.policy_id and c.document = s.document
