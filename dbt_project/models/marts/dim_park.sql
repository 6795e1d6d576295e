select
    p.park_id,
    p.park_name,
    d.division_code as district_code,
    p.district_name,
    p.operator_name,
    p.operator_id,
    p.parent_park_id,
    p.built_area_m2,
    p.opened_on
from {{ ref('stg_parks') }} as p
left join {{ source('reference', 'division') }} as d on p.district_name = d.division_name
-- a park of a later day was none yet; one whose opening is not told was
where coalesce(p.opened_on <= {{ as_of() }}, true)
