-- One row per decision: how a doubt of the text is settled, in the order of their numbers.
select
    decision_id, title, setting, default_setting, options, says, quote, since,
    coalesce(try_cast(regexp_extract(decision_id, '[0-9]+') as integer), 0) * 100 + length(decision_id) as decision_order
from dim_decision
where policy_id = $policy
order by decision_order
