-- One row per district and one of all of them (district all): firms of the register on the data day, who is new and gone in its year, and software firms by D9.
-- Stock and closed are null where the register tells of no closing.
with told as (
    select *, year($as_of::date) as this_year
    from mart_firm_demography
    where park = 'all' and cut in ('all', 'software')
),

districts as (
    select district_code, any_value(district_name) as district_name, any_value(district_order) as district_order
    from mart_district_kpi
    group by district_code
)

select
    told.district, any_value(districts.district_name) as district_name, any_value(districts.district_order) as district_order,
    any_value(told.this_year)::bigint as year,
    sum(registered_count) filter (where cut = 'all' and period_kind = 'day')::bigint as registered_count,
    sum(stock_count) filter (where cut = 'all' and period_kind = 'day')::bigint as stock_count,
    coalesce(sum(new_count) filter (where cut = 'all' and period = this_year::varchar), 0)::bigint as new_count,
    coalesce(sum(new_count) filter (where cut = 'all' and period = (this_year - 1)::varchar), 0)::bigint as last_year_new_count,
    sum(closed_count) filter (where cut = 'all' and period = this_year::varchar)::bigint as closed_count,
    coalesce(sum(absent_count) filter (where cut = 'all' and period = this_year::varchar), 0)::bigint as absent_count,
    coalesce(sum(registered_count) filter (where cut = 'software' and period_kind = 'day' and part = 'met'), 0)::bigint as software_count,
    coalesce(sum(registered_count) filter (where cut = 'software' and period_kind = 'day' and part in ('needs_review', 'unknown')), 0)::bigint as open_count
from told
left join districts on told.district = districts.district_code
group by told.district
