with
rows as (
    {{ keyed_rows('tenancies') }}
)

select
    r.park_id,
    r.enterprise_id,
    r.enterprise_name,
    r.room,
    r.moved_in_on,
    r.moved_out_on,
    r.area_m2,
    cast(r.rent_year as bigint) as rent_year,
    r.rent_yuan,
    -- money of a year that was still running counts once it is known
    case when {{ is_year_known('r.rent_year', 'r.received_on') }} then r.subsidy_yuan end as subsidy_yuan,
    -- a year's rent is one event, however many rooms the firm has in the park
    row_number() over (
        partition by r.park_id, r.enterprise_id, r.rent_year
        order by r.received_on desc nulls last, r.source_file asc nulls last, r.row_no asc nulls last
    ) as room_no,
    min(r.moved_in_on) over (partition by r.park_id, r.enterprise_id, r.rent_year) as tenant_since,
    r.source_file,
    r.sheet,
    r.row_no,
    r.received_on
from rows as r
where r.row_status = 'in_force'
