"""How the application writes what Dash sends."""

import json

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.app import _json


def test_components_are_written_as_dash_writes_them():
    shown = html.Div(
        [
            dmc.Table([dmc.TableTr(dmc.TableTd("a", className="number"))], highlightOnHover=True), "words", None, 3,
            dcc.Graph(id={"type": "graph", "name": "x"}, figure={"data": [{"x": [1, None]}]}),
            dag.AgGrid(id="rows", columnDefs=[{"field": "a"}]), html.A("b", **{"aria-label": "c", "data-day": "1"}),
        ],
        id="all", hidden=False,
    )  # fmt: skip
    assert json.loads(_json({"body": shown})) == json.loads(json.dumps({"body": shown}, default=lambda made: made.to_plotly_json()))
