"""到期: what runs out when, and who must act?"""

from datetime import timedelta
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import Input, Output, callback, html
from flask import g

from dashboard import request
from dashboard.components import card, charts, controls, empty, graph, grid, parts
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.summaries import deadlines as summaries
from dashboard.tables.deadlines import DEADLINE_MONTHS, DEADLINES
from dashboard.text import t
from dashboard.view import View
from pipelines.base.roles import ROLES

dash.register_page(
    __name__, policy="adds", path="/deadlines", name="Deadlines", order=5.5, icon="calendar", roles=ROLES, filters=("district", "park", "measure"),
    has_figures=True, has_grid=True,
)  # fmt: skip


def layout() -> Any:
    view = request.view()
    shown = _shown(view)
    above = dmc.Group(
        [controls.select("lead", view.get("lead")), controls.select("deadline", view.get("deadline"), width=190), *controls.of_clause(view.get("clause"))],
        className="local-filters",
    )  # fmt: skip
    rows = html.Div(grid.grid(DEADLINES, view, height=620), id="deadlines-rows", hidden=shown["is_empty"])
    return [
        parts.heading(t("page.deadlines.title"), t("page.deadlines.asks")),
        html.Div(shown["head"], id="deadlines-head"),
        card.card("deadlines", [above, html.Div(shown["nothing"], id="deadlines-empty"), rows], table=DEADLINES, view=view, tools=[grid.chooser(DEADLINES)], source="deadlines"),
        html.Div(
            card.card("deadline_months", graph.graph("deadline_months", shown["months"], t("figure.deadline_months.title")), table=DEADLINE_MONTHS, view=view, source="deadlines"),
            id="deadlines-months", hidden=shown["no_months"],
        ),
    ]  # fmt: skip


@callback(
    {
        "shown": {
            "head": Output("deadlines-head", "children"), "nothing": Output("deadlines-empty", "children"), "is_empty": Output("deadlines-rows", "hidden"),
            "months": Output(graph.graph_id("deadline_months"), "figure"), "no_months": Output("deadlines-months", "hidden"),
        },
        "exports": card.exports([DEADLINE_MONTHS]),
    },
    {"address": Input("filters", "data")}, prevent_initial_call=True,
)  # fmt: skip
def filtered(address: str) -> Any:
    view = request.opened(address)
    return {"shown": _shown(view), "exports": card.export_hrefs(view, [DEADLINE_MONTHS])}


def _shown(view: View) -> dict[str, Any]:
    """What depends on the filters."""
    found, months = summaries.bands(view), ask("deadline_months", **view.values())
    return {
        "head": [parts.sentence(*summaries.sentence(found)), html.Div([parts.kpi(one) for one in summaries.cards(found, view)], className="kpis")],
        "nothing": None if months else empty.empty("no_rows", "deadlines", is_filtered=bool(view.values())), "is_empty": not months,
        "months": charts.deadline_months(months, lambda row: _of_month(view, row), g.snapshot.as_of), "no_months": not months,
    }  # fmt: skip


def _of_month(view: View, row: Row) -> str:
    """The grid's rows that run out in a month."""
    last = (row["month"].replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return view.here(deadlines__due_on__from=row["month"].isoformat(), deadlines__due_on__to=last.isoformat())
