-- One row per clause and what moved its claims.
select
    clause_id, moved_by, count(*) as claim_count, count(*) filter (where has_changed_sides) as side_count,
    sum(change_net_ceiling_yuan)::decimal(18, 2) as change_net_ceiling_yuan, sum(change_paid_yuan)::decimal(18, 2) as change_paid_yuan
from claim_change
where
    policy_id = $policy and document = $document
    and ($park_cut = 'all' or $park_cut in (old_park_id, new_park_id))
group by clause_id, moved_by
