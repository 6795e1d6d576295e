-- One row per figure of the city, or of one park, in both snapshots; growth only where it is of one period.
select
    figure_id, figure_order, unit, old_value::double as old_value, new_value::double as new_value, change::double as change, old_part, old_whole,
    new_part, new_whole, old_basis, new_basis, is_comparable
from figure_change
where park = $park_cut and coalesce(policy_id = $policy, true) and coalesce(document = $document, true)
