"""How an indicator was printed on each published day: a figure as it was told, not the history of its years."""

from flask import g

from dashboard.components import number
from dashboard.query import ask, at_snapshot
from dashboard.reader import Row
from dashboard.tables.table import Column, Table
from dashboard.text import t
from dashboard.view import View

SHOWN = 24
"""Snapshots that are asked, the newest first: each is a file to open."""


def published(view: View) -> list[Row]:
    """The newest year of the indicator in each kept snapshot, of the city or of the park of the view; and whether that year was told otherwise before."""
    rows: list[Row] = []
    for snapshot in g.reader.snapshots.all()[:SHOWN]:
        with at_snapshot(snapshot):
            found = [row for row in ask("indicator", indicator=view.get("indicator")) if row["is_newest"]]
        row = next((row for row in found if _is_asked(row, view)), None)
        if row:
            rows.append({**row, "published_as_of": snapshot.as_of, "built_on": snapshot.built_on, "snapshot_id": snapshot.snapshot_id})
    for place, row in enumerate(rows):
        row["revision"] = _revision(row, rows[place + 1] if place + 1 < len(rows) else None)
    return rows


def _is_asked(row: Row, view: View) -> bool:
    park = view.get("park") or (g.user.parks[0] if g.user.is_scoped else None)
    return bool(row["park_id"] == park if park else row["scope"] == "city")


def _revision(row: Row, before: Row | None) -> str:
    """What became of the figure since the snapshot before: another year, the same, or told otherwise."""
    if before is None:
        return "first"
    if row["stat_year"] != before["stat_year"]:
        return "new_year"
    return "same" if row["value"] == before["value"] else "revised"


INDICATOR_PUBLISHED = Table(
    "indicator_published", "softcity diff OLD NEW",
    (
        Column("published_as_of", "day"), Column("built_on", "day"), Column("stat_year"),
        Column("value", "decimal", title="value_as_published", words=lambda row: t("lacking.unknown") if row["value"] is None else number.in_unit(row["value"], row["unit"])),
        Column("status", group="indicator_status"), Column("revision", group="revision"), Column("snapshot_id", "code"),
    ),
    sort="-published_as_of", takes=("indicator", "park"), made=published, also=(Column("unit"), Column("series_note", "words")),
)  # fmt: skip
