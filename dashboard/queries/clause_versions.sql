-- One row per version of a clause, any document.
select document_title, first_day, last_day, title_zh, award_words, cap_yuan, coverage_status, last_checked_on
from dim_clause
where policy_id = $policy and clause_id = $clause
order by document_title, first_day nulls last
