-- One row per name that waits for a person and may be this firm, and per source with quarantined rows that keep no name.
select 'name' as kind, printed_name as named, files as place, row_count
from mart_match_review
where decision = 'review' and list_contains(string_split(candidates, '|'), $firm)
union all
select 'rows', null, coalesce(min(fresh.title), source), count(distinct (source_file, sheet, row_no))
from mart_quarantine
left join mart_source_freshness as fresh using (source)
where mended_by_file is null and source in ('recognitions', 'listings', 'projects', 'headquarters', 'tenancies', 'spinoffs', 'statistics', 'matters')
group by source
order by kind, named, place
