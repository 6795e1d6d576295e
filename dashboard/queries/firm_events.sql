-- One row per title, listing, project or other event of a firm.
select event_id, event_kind, event_title, list, level, grade, series_kind, qualified_on, document, issuer, source_file, row_no
from dim_event
where enterprise_id = $firm
