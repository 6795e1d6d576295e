"""The frame around every figure and table: subject, unit, as-of day, source, policy version and the three buttons."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from flask import g

from dashboard.components import charts, parts
from dashboard.components.elements import html, kept
from dashboard.components.table import Table, counted_in, export_links, how, show
from dashboard.reader import Row
from dashboard.snapshot import Snapshot
from dashboard.text import t
from dashboard.view import View


def graph(name: str, figure: dict[str, Any], label: str) -> Any:
    """A Plotly figure, drawn by assets/softcity.js; clicking a mark follows the address in its customdata."""
    height, written = figure["layout"].get("height", 260), orjson.dumps(figure, default=float).decode()
    return html.Div(
        html.Div(id=f"graph-{name}", className="plot", style=f"height:{height}px", figure=written),
        role="img", **parts.aria(label=label), className="graph",
    )


def rates(
    name: str, rows: Sequence[Row], label: Callable[[Row], str], href: charts.Href, median: float | None = None
) -> Any:
    """Payout rates as dots; where none is known there is nothing to draw, and it says why."""
    if all(row["payout_rate"] is None for row in rows):
        return parts.state("no_rate")
    return graph(name, charts.uptake_dots(rows, label, href, median), t(f"figure.{name}.title"))


def provenance(source: str) -> Any:
    """As of which day, from where, by which version of the law."""
    return _provenance(source, g.snapshot)


@kept(64)
def _provenance(source: str, snapshot: Snapshot) -> Any:
    version = t("frame.draft") if snapshot.is_draft else snapshot.document_title
    return html.Div(
        [
            html.Span(t("figure.as_of", day=snapshot.as_of, built=snapshot.built_on)),
            html.Span(t("figure.source", source=t(f"source.{source}"))),
            html.Span(t("figure.version", version=version), className="version"),
            html.Span(t("frame.sample"), className="sample-word") if snapshot.is_sample else None,
        ],
        className="provenance",
    )


def framed(
    name: str, body: Any, *, table: Table, view: View, source: str = "claims", unit: str | None = None,
    rows_href: str | None = None, width: str = "", legend: Any = None, title: str | None = None, **given: Any,
) -> Any:
    """A card with a title, the figure, where it comes from, and 明细 · 导出 · 口径."""
    return html.Section(
        [
            html.Div(
                [
                    html.H2([title or t(f"figure.{name}.title"), html.Small(unit or t(f"figure.{name}.unit"))]),
                    html.Div(
                        [
                            parts.link(t("figure.rows"), rows_href, "tool") if rows_href else None,
                            export_links(table, view, **given), how(name, counted_in(table)),
                        ],
                        className="tools",
                    ),
                ],
                className="card-head",
            ),
            legend, body, provenance(source),
        ],
        className=f"card figure-card {width}".strip(), id=f"figure-{name}",
    )


def table_card(
    name: str, table: Table, view: View, *, source: str = "claims", width: str = "wide", empty: str = "no_rows",
    before: Any = None, title: str | None = None, **given: Any,
) -> Any:
    """A framed table: the same card around the rows themselves."""
    body = [*(before if isinstance(before, list) else [before]), show(table, view, empty=empty, source=source, **given)]
    return framed(name, html.Div(body), table=table, view=view, source=source, width=width, title=title, **given)
