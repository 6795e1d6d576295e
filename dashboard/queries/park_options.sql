-- Parks this user may see, for the filter.
select park_id, park_name from dim_park order by park_name
