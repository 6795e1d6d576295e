"""A figure in a page: dcc.Graph with our tools, a Chinese locale and an accessible name."""

from collections.abc import Callable, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component
from flask import g

from dashboard.components import chart_layout, charts, parts
from dashboard.reader import Row
from dashboard.text import language, t, words_of

PICTURE, ZOOM = ["toImage"], ["zoom2d", "resetScale2d"]


def graph_id(name: str) -> dict[str, str]:
    return {"type": "graph", "name": name}


def graph(name: str, figure: chart_layout.Figure, label: str) -> Component:
    """A plotly figure under its name. `dragmode` and what can be zoomed are the figure's; a mark's customdata is an address.

    A callback may give it a figure of another height.
    """
    drawn = dcc.Graph(
        id=graph_id(name), figure=figure, config=_config(figure, label), style={"minHeight": figure["layout"]["height"]}
    )
    room = {"--height": f"{figure['layout']['height']}px"}  # until it is drawn: nothing jumps
    return html.Figure(drawn, className="graph", style=room, **parts.aria(label=label))


def rates(
    name: str, rows: Sequence[Row], label: Callable[[Row], str], href: chart_layout.Href, median: float | None = None
) -> Component:
    """Payout rates as dots; where none is known there is nothing to draw, and it says why."""
    if all(row["payout_rate"] is None for row in rows):
        return parts.state("no_rate")
    return graph(name, charts.uptake_dots(rows, label, href, median), t(f"figure.{name}.title"))


def _config(figure: chart_layout.Figure, label: str) -> Any:
    chosen = language()
    return {
        "displaylogo": False, "modeBarButtons": [PICTURE + ZOOM if figure["layout"]["dragmode"] else PICTURE], "responsive": True, "showTips": False,
        "locale": chosen, "locales": {chosen: _locale(chosen)} if chosen != "en" else {},
        "toImageButtonOptions": {"format": "png", "scale": 2, "filename": t("plot.file", figure=label, day=g.snapshot.as_of)},
    }  # fmt: skip


def _locale(chosen: str) -> dict[str, Any]:
    """What Plotly says by itself, by its own English words, and the names of days and months."""
    english, ours = words_of("en", "plot"), words_of(chosen, "plot")
    dictionary = {english["bar"][key]: said for key, said in ours["bar"].items()}
    names = {key: said.split() for key, said in ours["names"].items()}
    return {"dictionary": dictionary, "format": {**names, "date": "%Y-%m-%d", "decimal": ".", "thousands": ",", "grouping": [3]}}
