"""Tables of what is due and what was delivered, as the home is now."""

from dashboard import home
from dashboard.reader import Row
from dashboard.tables.table import Column, Table
from dashboard.view import View

ROLES = ("steward", "admin", "operator")


def _sources(_: View) -> list[Row]:
    return home.sources() if home.is_there() else []


def _deliveries(view: View) -> list[Row]:
    source = view.get("source")
    return [row for row in home.deliveries() if source in (None, row["source"])] if home.is_there() else []


DUE = Table(
    "due", "softcity deliver log",
    (
        Column("title", title="source_title"), Column("sender"), Column("rhythm"), Column("state", group="freshness", title="freshness"),
        Column("last_received_on", "day"), Column("due_on", "day"), Column("newest_file"),
        Column("rows_loaded", "count"), Column("rows_quarantined", "count"), Column("waiting_count", "count"), Column("refused_count", "count"),
    ),
    sort="title", made=_sources, roles=ROLES, key=("source",),
)  # fmt: skip
DELIVERIES = Table(
    "deliveries", "softcity deliver log",
    (
        Column("source_file"), Column("status", group="delivery_status", title="delivery_status"), Column("title", title="source_title"), Column("received_on", "day"),
        Column("who", title="delivered_by"), Column("delivered_at", "moment"), Column("rows_loaded", "count"),
        Column("rows_quarantined", "count"), Column("file_sha256", "code", words=lambda row: str(row["file_sha256"] or "")[:12]), Column("message", "words"),
    ),
    sort="-received_on", takes=("source",), made=_deliveries, roles=ROLES, key=("delivery_id",),
)  # fmt: skip
