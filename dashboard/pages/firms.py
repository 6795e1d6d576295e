"""企业: find a firm by name, former name or code."""

from typing import Any

import dash
import dash_mantine_components as dmc
from dash import Input, Output, callback, html

from dashboard import request
from dashboard.components import card, controls, grid, parts
from dashboard.components.empty import empty, missing
from dashboard.summaries import firms as summaries
from dashboard.tables.firms import FIRM_LIST
from dashboard.text import t
from dashboard.view import View
from pipelines.base.roles import ROLES

dash.register_page(__name__, path="/firms", name="Firms", order=4, icon="firm", roles=ROLES, filters=("district", "park"), has_grid=True)


def layout() -> Any:
    view = request.view()
    above = dmc.Group([controls.search("q", view.get("q")), controls.segments("software", view.get("software")), controls.select("there", view.get("there"))], className="local-filters")
    body = [above, grid.grid(FIRM_LIST, view, height=640)]
    return [
        parts.heading(t("page.firms.title"), t("page.firms.asks")), html.Div(_sentence(view), id="firms-sentence"),
        empty("no_firms", "registrations") if missing("registrations") else None,
        card.card("firm_list", body, table=FIRM_LIST, view=view, source="registrations", tools=[grid.chooser(FIRM_LIST)]),
    ]  # fmt: skip


def _sentence(view: View) -> Any:
    return parts.sentence(*summaries.firms(view))


@callback(Output("firms-sentence", "children"), Input("filters", "data"), prevent_initial_call=True)
def filtered(address: str) -> Any:
    return _sentence(request.opened(address))
