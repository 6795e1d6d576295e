-- Clauses with claims nobody has made, for the filter.
select distinct clause_id, title_zh, measure_no
from mart_outreach
where policy_id = $policy and document = $document
order by measure_no, clause_id
