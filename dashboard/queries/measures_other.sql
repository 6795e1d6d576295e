-- One row per item of the text that gives no money: listed and counted, never with an amount.
select item_order, item_id, measure_no, title_zh, note
from mart_policy_coverage
where policy_id = $policy and document = $document and kind = 'non_monetary'
