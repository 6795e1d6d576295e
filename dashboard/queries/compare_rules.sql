-- One row per clause or decision that is another now.
select 'clause' as rule_kind, clause_id as rule_id, title_zh as title, change, null::varchar as old_setting, null::varchar as new_setting
from clause_change
where policy_id = $policy and document = $document
union all
select 'decision', decision_id, title, 'changed', old_setting, new_setting
from decision_change
where policy_id = $policy
