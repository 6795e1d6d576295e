"""政策: which measures work, which lie idle?"""

from collections.abc import Sequence
from typing import Any

import dash
from dash import Input, Output, callback, html
from dash.development.base_component import Component
from flask import g

from dashboard import request
from dashboard.components import budget, card, charts, grid, parts
from dashboard.components.graph import graph, rates
from dashboard.components.short_table import short_table
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.summaries import policy as summaries
from dashboard.tables.policy import (
    CLAUSE_LIST,
    DEPARTMENT_UPTAKE,
    MEASURES_MONEY,
    MEASURES_OTHER,
    MEASURES_UPTAKE,
    clauses,
)
from dashboard.text import t
from dashboard.view import View
from pipelines.base.roles import ROLES

CUTS = ("district", "park", "measure", "year")

dash.register_page(
    __name__, policy="one", path="/measures", name="Measures", order=2, icon="policy", roles=ROLES, filters=CUTS, default_park=True, has_figures=True,
    has_grid=True,
)  # fmt: skip


def layout() -> Any:
    view = request.view()
    other, _ = MEASURES_OTHER.fetch(view, limit=100)
    return [
        parts.heading(t("page.measures.title"), t("page.measures.asks")), html.Div(_above(view, other), id="measures-above"),
        card.card("clause_list", grid.grid(CLAUSE_LIST, view, height=560), table=CLAUSE_LIST, view=view, tools=[grid.chooser(CLAUSE_LIST)]),
        html.Div(_below(view, other), id="measures-below"),
    ]  # fmt: skip


@callback(
    Output("measures-above", "children"), Output("measures-below", "children"), Input("filters", "data"), prevent_initial_call=True
)
def filtered(address: str) -> Any:
    view = request.opened(address)
    other, _ = MEASURES_OTHER.fetch(view, limit=100)
    return _above(view, other), _below(view, other)


def _above(view: View, other: Sequence[Row]) -> list[Any]:
    """The sentence and, where there are any, the figures of the measures."""
    return [parts.sentence(*summaries.measures(clauses(view), other)), _figures(view), None if view.get("district") or view.get("park") else budget.whole(view)]


def _below(view: View, other: Sequence[Row]) -> Component:
    """What departments have to do, and what the policy promises beside money."""
    # a department's figures are of the whole city: nothing beside a cut, and nothing for a park's operator
    whole = not (g.user.is_scoped or any(view.get(key) for key in CUTS))
    promised = short_table(MEASURES_OTHER, view, rows=other, source="policy", is_filtered=view.get("measure") is not None)
    return parts.cards(
        card.card("department_uptake", short_table(DEPARTMENT_UPTAKE, view), table=DEPARTMENT_UPTAKE, view=view, span=8) if whole else None,
        card.card("measures_other", promised, table=MEASURES_OTHER, view=view, source="policy", span=4 if whole else 12),
    )


def _figures(view: View) -> Component | None:
    """Payout and money of the measures; they are counted for the city and for parks, of all years."""
    rows = [] if view.get("district") or view.get("year") else ask("measure_uptake", **view.values())
    used = sorted((row for row in rows if row["eligible_count"]), key=lambda row: (row["measure_no"], row["kind"]))
    if not used:
        return None

    def to_measure(row: Row) -> str:
        return view.to("/measures", measure=str(row["measure_no"]))

    money = graph("measures_money", charts.money_bars(used, charts.measure_label, to_measure), t("figure.measures_money.title"))
    return parts.cards(
        card.card("measures_uptake", rates("measures_uptake", used, charts.measure_label, to_measure), table=MEASURES_UPTAKE, view=view, span=6),
        card.card("measures_money", money, table=MEASURES_MONEY, view=view, span=6),
    )
