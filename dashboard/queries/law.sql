-- One row per version of each clause, any document: the law as it stands, some dozens of rows that are asked once.
select * from dim_clause
where policy_id in (select unnest($policies))
