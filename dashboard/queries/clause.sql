-- One row: a clause of the shown document.
select * from dim_clause
where policy_id = $policy and document = $document and clause_id = $clause
order by first_day desc nulls last
