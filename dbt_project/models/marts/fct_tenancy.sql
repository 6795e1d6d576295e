with
-- rooms add; a lease is reported once a rent year
tenancies as (
    select
        park_id,
        enterprise_id,
        {{ of_last('enterprise_name', ['received_on', 'source_file', 'row_no']) }} as enterprise_name,
        rent_year,
        min(moved_in_on) as moved_in_on,
        case when count(*) = count(moved_out_on) then max(moved_out_on) end as moved_out_on,
        case when count(*) = count(area_m2) then sum(area_m2) end as area_m2
    from {{ ref('stg_tenancies') }}
    group by park_id, enterprise_id, rent_year
)

select
    park_id,
    enterprise_id,
    -- one row a year of rent
    {{ of_last('enterprise_name', ['coalesce(rent_year, 0)']) }} as enterprise_name,
    moved_in_on,
    -- it has ended when every report of it says so
    case when count(*) = count(moved_out_on) then max(moved_out_on) end as moved_out_on,
    max(area_m2) as area_m2
from tenancies
where enterprise_id is not null and moved_in_on <= {{ as_of() }}
group by park_id, enterprise_id, moved_in_on
