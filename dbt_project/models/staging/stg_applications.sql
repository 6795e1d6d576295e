with
rows as (
    {{ keyed_rows('applications') }}
)

select
    r.application_no,
    r.policy_id as policy_named,
    r.clause_id,
    r.enterprise_id,
    r.enterprise_name,
    r.park_id,
    r.project_no,
    r.certificate_no,
    cast(r.rent_year as bigint) as rent_year,
    r.submitted_on,
    case when r.accepted_on <= {{ as_of() }} then r.accepted_on end as accepted_on,
    -- of a state that came later only what its days tell had happened by the as-of day
    case
        when r.received_on <= {{ known_on() }} or r.status = 'draft' then r.status
        when r.approved_on <= {{ as_of() }} then 'approved'
        when r.accepted_on <= {{ as_of() }} then 'accepted'
        else 'submitted'
    end as status,
    r.requested_yuan,
    -- nothing later than the as-of day is seen
    case when r.approved_on is null or r.approved_on <= {{ as_of() }} then r.approved_yuan end as approved_yuan,
    case when r.approved_on <= {{ as_of() }} then r.approved_on end as approved_on,
    r.source_file,
    r.sheet,
    r.row_no,
    r.received_on
from rows as r
where r.row_status = 'in_force'
