"""Tables of what arrived, what was refused and why, and which names wait for a person."""

from dashboard.reader import Row
from dashboard.tables.table import Column, Table
from dashboard.text import t, word
from dashboard.view import View

ROLES = ("steward", "analyst", "admin")


def _to_files(view: View, row: Row) -> str:
    return view.to("/data", part="files", source=row["source"])


def _to_failures(view: View, row: Row) -> str | None:
    return None if row["is_success"] else view.to("/data", part="checks", check=row["check_id"])


def _short_digest(row: Row) -> str:
    return str(row["file_sha256"])[:12] if row["file_sha256"] else t("none")


SOURCE_LIST = Table(
    "source_list", "source_list",
    (
        Column("title", title="source_title", href=_to_files), Column("sender"), Column("rhythm"),
        Column("status", group="freshness", title="freshness"),
        Column("last_received_on", "day"), Column("days_since_received", "count"), Column("file_count", "count"),
        Column("rows_read", "count"), Column("rows_loaded", "count"), Column("rows_skipped", "count"),
        Column("rows_quarantined", "count"),
    ),
    sort="title", roles=ROLES,
)
SOURCE_TREND = Table(
    "source_trend", "source_trend",
    (
        Column("received_on", "day"), Column("title", title="source_title"), Column("delivery", group="delivery"),
        Column("file_count", "count"), Column("rows_read", "count"), Column("rows_loaded", "count"),
        Column("rows_skipped", "count"), Column("rows_quarantined", "count"), Column("quarantine_rate", "rate"),
        Column("usual_rows", "count"), Column("share_of_usual", "rate"),
    ),
    sort="-received_on", roles=ROLES,
)
RECONCILIATION = Table(
    "reconciliation", "reconciliation",
    (
        Column("title", title="source_title", href=_to_files), Column("file_count", "count"),
        Column("rows_read", "count"), Column("rows_quarantined", "count"), Column("rows_skipped", "count"),
        Column("rows_loaded", "count"), Column("rows_superseded", "count"), Column("rows_same_key", "count"),
        Column("rows_added", "count"), Column("rows_replaced", "count"), Column("rows_withdrawn", "count"),
        Column("rows_not_formal", "count"), Column("rows_after_as_of", "count"), Column("rows_in_force", "count"),
        Column("rows_not_seen_again", "count"), Column("rows_in_review", "count"), Column("event_count", "count", title="events_made"),
        Column("claim_count", "count"),
        Column("is_balanced", "flag", words=lambda row: t(f"balanced.{'yes' if row['is_balanced'] else 'no'}")),
    ),
    sort="title", roles=ROLES,
)
SOURCE_FILES = Table(
    "source_files", "source_files",
    (
        Column("received_on", "day"), Column("title", title="source_title"), Column("source_file"),
        Column("file_status", group="file_status"),
        Column("rows_read", "count"), Column("rows_loaded", "count"), Column("rows_skipped", "count"), Column("skipped_as", "words"),
        Column("rows_quarantined", "count"), Column("file_sha256", "code", words=_short_digest), Column("message", "words"),
    ),
    sort="-received_on", roles=ROLES,
)
QUALITY_RESULTS = Table(
    "quality_results", "quality_results",
    (
        Column("is_success", "flag", title="verdict", words=lambda row: word("verdict", "passed" if row["is_success"] else "failed")),
        Column("severity", group="severity"), Column("layer", group="layer"), Column("table_name", group="dataset"),
        Column("description", "words", href=_to_failures), Column("row_count", "count"), Column("unexpected_count", "count"),
    ),
    sort="is_success", takes=("severity", "verdict"), roles=ROLES,
)
QUALITY_FAILURES = Table(
    "quality_failures", "quality_failures",
    (
        Column("source_file"), Column("sheet"), Column("row_no", "count"), Column("row_key", "code"),
        Column("column_name", group="columns"), Column("value_seen", "words"), Column("table_name", group="dataset"),
        Column("check_id", "code"),
    ),
    sort="source_file", roles=ROLES,
)
QUARANTINE = Table(
    "quarantine", "quarantine",
    (
        Column("received_on", "day"), Column("title", title="source_title"), Column("source_file"), Column("sheet"),
        Column("row_no", "count"), Column("column_name", group="columns"), Column("value_seen"), Column("reason", "words"), Column("mended_by_file"),
    ),
    sort="-received_on", roles=ROLES,
)
MATCH_REVIEW = Table(
    "match_review", "match_review",
    (
        Column("printed_name"), Column("code_given", "code"), Column("decision", group="decision"),
        Column("reason", "words"), Column("candidate_names", "words"), Column("candidates", "code"),
        Column("scores", "code"), Column("sources", group="dataset"), Column("row_count", "count"), Column("first_seen_on", "day"),
        Column("decided_by"), Column("decided_at", "moment"), Column("decided_why"),
    ),
    sort="-row_count", takes=("decision",), roles=ROLES,
)
ABOUT_SOURCES = Table(
    "about_sources", "source_list",
    (
        Column("title", title="source_title"), Column("sender"), Column("rhythm"),
        Column("file_count", "count"), Column("rows_loaded", "count"), Column("last_received_on", "day"),
    ),
    sort="title",
)
