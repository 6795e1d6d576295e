"""名城: where does the software city stand against its lines and targets?"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import dash
from dash import Input, Output, callback, html
from dash.development.base_component import Component

from dashboard import request
from dashboard.components import card, number, parts
from dashboard.components.empty import empty
from dashboard.components.indicators import indicator_table
from dashboard.components.short_table import short_table
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.summaries import industry as summaries
from dashboard.tables.industry import BENCHMARK_CITIES, PARK_INDICATORS, TARGETS
from dashboard.tables.policy import INDICATORS
from dashboard.text import t
from dashboard.view import View
from pipelines.base.roles import ROLES

dash.register_page(
    __name__, path="/industry/build-out", name="Build-out", order=1.6, icon="target", roles=ROLES, filters=("park",), default_park=True, has_figures=True
)


def layout() -> Any:
    return [parts.heading(t("page.build_out.title"), t("page.build_out.asks")), html.Div(_body(request.view()), id="build-out-body")]


@callback(Output("build-out-body", "children"), Input("filters", "data"), prevent_initial_call=True)
def filtered(address: str) -> Any:
    return _body(request.opened(address))


def _body(view: View) -> list[Any]:
    rows, _ = INDICATORS.fetch(view, limit=100)
    targets = ask("targets")
    return [
        parts.sentence(*summaries.build_out(rows, targets)) if rows else empty("no_indicators", "statistics"),
        card.card("indicators", indicator_table(view, rows, ask("indicator_years", **view.values())), table=INDICATORS, view=view, source="statistics"),
        card.card("targets", short_table(TARGETS, view, rows=sorted(targets, key=lambda row: (row["target_year"], row["target_id"])), source="targets", cells=TARGET_CELLS), table=TARGETS, view=view, source="targets"),
        _parks(view),
        _cities(view),
    ]  # fmt: skip


def _source(row: Row) -> Component:
    return html.Span([parts.badge(t("unverified"), "doubt") if row["is_unverified"] else None, row["document"]], className="source")


TARGET_CELLS = {"status": lambda row: parts.badge(t(f"target_status.{row['status']}"), row["status"]), "document": _source}


def _parks(view: View) -> Component:
    """The parks beside the provincial table, a column a park; what cannot be computed is left blank."""
    rows = sorted(ask("park_indicators", **view.values()), key=lambda row: (row["indicator_order"], row["park_id"]))
    if not rows:
        body: Any = empty("no_park_table", "parks")
    else:
        body = _table(rows)
    return card.card("park_indicators", body, table=PARK_INDICATORS, view=view, source="parks")


def _table(rows: Sequence[Row]) -> Component:
    parks = dict(sorted((row["park_id"], row["place_name"]) for row in rows))
    of_each = [(one[0], {row["park_id"]: row for row in one}) for one in (list(found) for _, found in groupby(rows, key=lambda row: row["indicator_id"]))]
    lines = [(_titled(first), [_cell(by_park.get(park)) for park in parks]) for first, by_park in of_each]
    return parts.crosstab(t("figure.park_indicators.title"), t("columns.indicator"), list(parks.values()), lines)


def _titled(row: Row) -> str:
    return str(row["title"]) if row["threshold"] is None else f"{row['title']}（≥ {number.in_unit(row['threshold'], row['unit'])}）"


def _cell(row: Row | None) -> Any:
    """A figure with the sign of its state; blank where it cannot be computed."""
    if row is None or row["value"] is None:
        return parts.quiet((number.lacking(row, "value") if row else None) or t("none"), title=row["series_note"] if row else None)
    sign = parts.answer_sign(row["status"]) if row["threshold"] is not None else None
    return html.Span([number.in_unit(row["value"], row["unit"]), " ", sign], title=t(f"indicator_status.{row['status']}"))


def _cities(view: View) -> Component | None:
    """What other cities publish of the same measure; the years differ, so nobody is ranked."""
    table = short_table(BENCHMARK_CITIES, view, source="benchmarks")
    return card.card("benchmark_cities", [table, html.P(t("build_out.cities"), className="note")], table=BENCHMARK_CITIES, view=view, source="benchmarks")
