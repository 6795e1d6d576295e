"""园区: how do the parks' tenants fare, against the city?"""

from typing import Any

import dash
from dash import Input, Output, callback, html

from dashboard import request
from dashboard.components import card, charts, grid, parts
from dashboard.components.empty import empty
from dashboard.components.graph import graph
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.summaries import parks as summaries
from dashboard.tables.links import to_park
from dashboard.tables.parks import PARK_LIST, PARK_RANKING
from dashboard.text import t
from dashboard.view import View
from pipelines.base.roles import ROLES

dash.register_page(
    __name__, policy="one", path="/parks", name="Parks", order=3, icon="park", roles=ROLES, filters=("district",), has_figures=True, has_grid=True
)

GRID_HEIGHTS = (240, 640)
"""In pixels, least and most: a city has a few parks or some dozens."""


def layout() -> Any:
    view = request.view()
    rows = _ranked(view)
    shown = html.Div(_ranking(view, rows), id="parks-ranking")
    if not rows and not view.values():  # no park at all: nothing to list
        return [_heading(), shown]
    least, most = GRID_HEIGHTS
    table = grid.grid(PARK_LIST, view, height=min(max(least, 90 + 36 * len(rows)), most))
    return [
        _heading(), shown,
        card.card("park_list", table, table=PARK_LIST, view=view, source="parks", tools=[grid.chooser(PARK_LIST)]),
    ]  # fmt: skip


def _heading() -> Any:
    return parts.heading(t("page.parks.title"), t("page.parks.asks"))


def _ranked(view: View) -> list[Row]:
    """The parks with the highest rate first; those without one come last."""
    return sorted(ask("park_list", **PARK_LIST.values(view)), key=lambda row: -1 if row["payout_rate"] is None else row["payout_rate"], reverse=True)


def _ranking(view: View, rows: list[Row]) -> list[Any]:
    if not rows:
        return [empty("no_parks", "parks", is_filtered=bool(view.values()))]
    figure = charts.uptake_dots(rows, lambda row: str(row["park_name"]), lambda row: str(to_park(view, row)), rows[0]["median_payout_rate"])
    has_rates = any(row["payout_rate"] is not None for row in rows)
    body = graph("park_ranking", figure, t("figure.park_ranking.title")) if has_rates else parts.state("no_rate")
    return [parts.sentence(*summaries.parks(rows)), card.card("park_ranking", body, table=PARK_RANKING, view=view)]


@callback(Output("parks-ranking", "children"), Input("filters", "data"), prevent_initial_call=True)
def filtered(address: str) -> list[Any]:
    view = request.opened(address)
    return _ranking(view, _ranked(view))
