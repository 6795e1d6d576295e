-- One row per clause or item of a text and how far it is encoded.
select document, item_id, item_order, measure_no, title_zh, kind, status, note
from mart_policy_coverage
where policy_id = $policy and document = $document
