-- One row: a clause of the shown document, the version in force on the as-of day.
select * from dim_clause
where policy_id = $policy and document = $document and clause_id = $clause and is_current
