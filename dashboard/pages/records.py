"""明细: which rows stand behind a figure? Claims, applications, payments, certificates and leases, as the address cuts them."""

from typing import Any

import dash
import dash_mantine_components as dmc
from dash import Input, Output, State, callback, html, no_update
from flask import g

from dashboard import request
from dashboard.components import card, controls, grid, parts
from dashboard.summaries import records as summaries
from dashboard.tables.records import PARTS
from dashboard.text import t
from dashboard.view import View
from pipelines.base.roles import ROLES

dash.register_page(
    __name__, policy="adds", path="/records", name="Records", order=2.5, icon="list", roles=ROLES, filters=("district", "park", "measure", "year"), default_park=True,
    has_grid=True,
)  # fmt: skip

LOCAL = {
    "claims": ("outcome", "decided", "stage", "kind", "clause", "month"), "applications": ("grounded", "clause", "month"), "payments": ("grounded", "clause", "month"),
    "certificates": ("month",), "leases": (),
}  # fmt: skip
"""Filters above each part's rows."""
SOURCES = {"claims": "claims", "applications": "applications", "payments": "payments", "certificates": "recognitions", "leases": "tenancies"}


def layout() -> Any:
    view = request.view()
    pieces = [{"value": key, "label": t(f"records.part.{key}")} for key in PARTS]
    return [
        parts.heading(t("page.records.title"), t("page.records.asks")), html.Div(_sentence(view), id="records-sentence"),
        dmc.SegmentedControl(id=controls.control_id("records", "claims"), data=pieces, value=_part(view), mb="md", **parts.aria(label=t("filter.records"))),
        html.Div(_body(view), id="records-body"), dash.dcc.Store(id="records-shown", data=_part(view)),
    ]  # fmt: skip


@callback(
    Output("records-sentence", "children"), Output("records-body", "children"), Output("records-shown", "data"), Input("filters", "data"), State("records-shown", "data"),
    prevent_initial_call=True,
)  # fmt: skip
def filtered(address: str, shown: str) -> Any:
    """The grid renews itself; another part is another grid."""
    view = request.opened(address)
    part = _part(view)
    return _sentence(view), no_update if part == shown else _body(view), part


def _part(view: View) -> str:
    return view.get("records") or "claims"


def _sentence(view: View) -> Any:
    return parts.sentence(*summaries.records(_part(view), view))


def _body(view: View) -> Any:
    part = _part(view)
    table = PARTS[part]
    above = dmc.Group([controls.select(key, view.get(key), width=150) for key in LOCAL[part] if key != "clause" or not g.snapshot.is_of_all], className="local-filters") if LOCAL[part] else None
    return card.card(table.name, [above, grid.grid(table, view, height=640)], table=table, view=view, source=SOURCES[part], tools=[grid.chooser(table)])
