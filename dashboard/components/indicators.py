"""The table of indicators: each as a bar against its line, with its years; each leads to its own page."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.components import number, parts
from dashboard.components.short_table import short_table
from dashboard.reader import Row
from dashboard.tables.policy import INDICATORS
from dashboard.text import t
from dashboard.view import View

CELLS = {
    "title": lambda row: [row["title"], html.Small(row["series_note"], className="former")] if row["series_note"] else row["title"],
    "bullet": lambda row: parts.bullet(row["value"], row["threshold"], row["status"]),
    "status": lambda row: parts.badge(t(f"indicator_status.{row['status']}"), row["status"]),
    "source": lambda row: html.Span([parts.badge(t("unverified"), "doubt") if row["is_unverified"] else None, row["source"]], className="source"),
}  # fmt: skip
COLUMNS = ("title", "value", "threshold", "bullet", "status", "change_rate", "stat_year", "source")


def indicator_table(view: View, rows: Sequence[Row], years: Sequence[Row] = ()) -> Component:
    """The indicators of the city or a park; with their `years` a small history of each."""
    by_id: dict[str, list[Row]] = {}
    for row in sorted(years, key=lambda row: row["stat_year"] or 0):
        if row["value"] is not None:
            by_id.setdefault(row["indicator_id"], []).append(row)
    cells = {**CELLS, "years": lambda row: _years(by_id.get(row["indicator_id"], ()))}
    columns = (*COLUMNS[:4], "years", *COLUMNS[4:]) if years else COLUMNS
    return short_table(INDICATORS, view, rows=rows, columns=columns, cells=cells, empty="no_indicators", source="statistics")


def _years(rows: Sequence[Row]) -> Component | None:
    """The values of the years as small bars, the last one strong."""
    if len(rows) < 2:
        return None
    first, last = rows[0], rows[-1]
    told = [f"{row['stat_year']} {number.in_unit(row['value'], row['unit'])}" for row in (first, last)]
    return parts.sparks([row["value"] for row in rows], t("build_out.years", first=told[0], last=told[1]))
