"""指标: how did this figure come about?"""

from collections.abc import Sequence
from typing import Any

import dash
from dash import html
from dash.development.base_component import Component
from flask import g

from dashboard import request
from dashboard.components import card, industry_charts, number, parts
from dashboard.components.graph import graph
from dashboard.components.short_table import short_table
from dashboard.errors import NothingThere
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.summaries import industry as summaries
from dashboard.tables.indicator_published import INDICATOR_PUBLISHED
from dashboard.tables.industry import INDICATOR, TARGETS
from dashboard.text import language, t, word, words_of
from dashboard.view import View
from pipelines.base.roles import ROLES

dash.register_page(__name__, path_template="/indicators/<indicator>", name="Indicator", roles=ROLES, has_figures=True)


def layout(indicator: str) -> Any:
    view, rows = request.view(), ask("indicator", indicator=indicator)
    if not rows:
        raise NothingThere(indicator)
    head = next((row for row in rows if row["is_newest"] and row["scope"] == "city"), rows[0])
    g.shows = str(head["title"])
    targets = ask("targets", indicator=indicator)
    trail = [(t("page.build_out.title"), view.to("/industry/build-out"))]
    return [
        parts.heading(g.shows, _defined(head), trail=trail),
        parts.sentence(*summaries.indicator(rows)),
        parts.cards(_history(view, rows), _facts(head)),
        parts.cards(_places(view, rows, "district"), _places(view, rows, "park")),
        card.card("targets", short_table(TARGETS, view, rows=targets, source="targets"), table=TARGETS, view=view, source="targets") if targets else None,
        card.card("indicator_published", short_table(INDICATOR_PUBLISHED, view, source="statistics"), table=INDICATOR_PUBLISHED, view=view, source="statistics"),
        card.card("indicator", short_table(INDICATOR, view, source="statistics"), table=INDICATOR, view=view, source="statistics"),
    ]  # fmt: skip


def _defined(row: Row) -> str:
    """How it is counted, in words; of one that only the reference data knows, nothing."""
    known = words_of(language(), "definition")
    return str(known.get(row["indicator_id"], t("none")))


def _history(view: View, rows: Sequence[Row]) -> Component:
    """The years of the city; of a park where its reader sees no more."""
    scope = "city" if any(row["scope"] == "city" for row in rows) else "park"
    first = next((row["park_id"] for row in rows if row["scope"] == scope), None)
    years = [row for row in rows if row["scope"] == scope and row["park_id"] == first and row["stat_year"] is not None]
    known = any(row["value"] is not None for row in years)
    body = graph("indicator_history", industry_charts.history(years), t("figure.indicator_history.title")) if known else parts.state("no_value")
    return card.card("indicator_history", body, table=INDICATOR, view=view, source="statistics", span=8)


def _facts(row: Row) -> Component:
    """What it is, what it rests on, and whose line it is held to."""
    source = [parts.badge(t("unverified"), "doubt") if row["is_unverified"] else None, row["source"] or t("none")]
    pairs: list[tuple[str, Any]] = [
        (t("columns.definition"), _defined(row)),
        (t("columns.threshold"), t("not_stated") if row["threshold"] is None else f"≥ {number.in_unit(row['threshold'], row['unit'])}"),
        (t("columns.status"), parts.badge(word("indicator_status", row["status"]), row["status"])),
        (t("columns.source"), html.Span(source, className="source")),
        (t("columns.numerator"), number.in_measure(row["numerator"], row["parts_unit"])),
        (t("columns.denominator"), number.in_measure(row["denominator"], row["parts_unit"])),
        (t("columns.series_note"), row["series_note"] or t("none")),
    ]  # fmt: skip
    return html.Section([html.Div(html.H2(t("indicator.facts")), className="card-head"), parts.facts(pairs), card.provenance("statistics")], className="card span-4", id="indicator-facts")


def _places(view: View, rows: Sequence[Row], scope: str) -> Component | None:
    """The newest figure of each district or park, where it is told of them."""
    newest = [row for row in rows if row["scope"] == scope and row["is_newest"] and (row["value"] is not None or row["is_withheld"])]
    if not newest:
        return None
    shown = sorted(newest, key=lambda row: (row["value"] is None, -(row["value"] or 0), row["place_name"] or ""))
    key = f"{scope}_code" if scope == "district" else "park_id"

    def to_place(row: Row) -> str | None:
        if not row[key]:
            return None
        return view.to("/industry", district=row[key], park=None) if scope == "district" else view.to(f"/parks/{row[key]}", park=None)

    threshold = shown[0]["threshold"] if scope == "park" else None
    body = graph(f"indicator_{scope}s", industry_charts.bars(shown, lambda row: row["place_name"] or t("unknown"), to_place, threshold), t(f"figure.indicator_{scope}s.title"))
    return card.card(f"indicator_{scope}s", body, table=INDICATOR, view=view, source="statistics", span=6)
