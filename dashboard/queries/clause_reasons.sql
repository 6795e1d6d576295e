-- One row per clause, cut and condition of a clause: how many claims and firms it lets through, stops or leaves open.
select
    condition_order, condition_id, says, met_count, not_met_count, unknown_count, review_count, stopped_enterprise_count,
    open_enterprise_count,
    clause_id as clause_cut, district as district_cut, park as park_cut, year as year_cut
from mart_condition_cut
where policy_id = $policy and document = $document
