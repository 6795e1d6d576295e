-- The sources by name.
select source, title from mart_source_freshness order by title
