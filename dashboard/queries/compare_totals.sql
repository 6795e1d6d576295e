-- One row: how much changed between two snapshots, of the city or of one park.
with
claims as (
    select moved_by, has_changed_sides from claim_change
    where policy_id = $policy and document = $document and ($park_cut = 'all' or $park_cut in (old_park_id, new_park_id))
),

firms as (select change from firm_change where $park_cut = 'all' or $park_cut in (old_park_id, new_park_id)),

payments as (
    select change, change_yuan from payment_change
    where coalesce(policy_id = $policy, true) and ($park_cut = 'all' or $park_cut in (old_park_id, new_park_id))
),

findings as (
    select change from finding_change where coalesce(policy_id = $policy, true) and ($park_cut = 'all' or park_id = $park_cut)
)

select
    (select count(*) from claims) as claim_count,
    (select count(*) from claims where has_changed_sides) as side_count,
    (select count(*) from claims where moved_by = 'data') as data_count,
    (select count(*) from claims where moved_by = 'rules') as rules_count,
    (select count(*) from claims where moved_by = 'both') as both_count,
    (select count(*) from claims where moved_by = 'others') as others_count,
    (select count(*) from firms where change = 'new') as new_firm_count,
    (select count(*) from firms where change = 'gone') as gone_firm_count,
    (select count(*) from payments where change = 'new') as new_payment_count,
    (select coalesce(sum(change_yuan), 0)::decimal(18, 2) from payments where change = 'new') as new_payment_yuan,
    (select count(*) from findings where change = 'new') as new_finding_count,
    (select count(*) from findings where change = 'gone') as gone_finding_count
