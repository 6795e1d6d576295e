-- One row per firm and move between two districts that two registers tell of.
select
    enterprise_id, enterprise_name, park_id, from_district_code, from_district_name, to_district_code, to_district_name, told_before_on,
    told_on, place_basis
from mart_firm_move
