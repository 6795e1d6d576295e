"""产业: how does the industry run?"""

from collections.abc import Sequence
from typing import Any

import dash
from dash import Input, Output, callback, html
from dash.development.base_component import Component
from flask import g

from dashboard import request
from dashboard.access.scope import SEES_SINGLE_FIRMS
from dashboard.components import card, industry_charts, parts
from dashboard.components.empty import empty
from dashboard.components.graph import graph
from dashboard.components.short_table import short_table
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.summaries import industry as summaries
from dashboard.tables.industry import (
    INDUSTRY_BENCHMARKS,
    INDUSTRY_CONTRIBUTION,
    INDUSTRY_CUT,
    INDUSTRY_FIRMS,
    INDUSTRY_GAP,
    INDUSTRY_LINE,
    INDUSTRY_QUALITY,
    INDUSTRY_STRUCTURE,
    INDUSTRY_YEARS,
)
from dashboard.text import t
from dashboard.view import View
from pipelines.base.roles import ROLES

dash.register_page(
    __name__, path="/industry", name="Industry", order=1.1, icon="industry", roles=ROLES, filters=("period", *summaries.CUTS), default_park=True,
    has_figures=True,
)  # fmt: skip

FIRMS_SHOWN = 15
"""Firms in the page, those that added most; the file has all."""


def layout() -> Any:
    return [parts.heading(t("page.industry.title"), t("page.industry.asks")), html.Div(_body(request.view()), id="industry-body")]


@callback(Output("industry-body", "children"), Input("filters", "data"), prevent_initial_call=True)
def filtered(address: str) -> Any:
    return _body(request.opened(address))


def _body(view: View) -> list[Any]:
    standing = summaries.standing(view)
    published = ask("industry_benchmarks")
    if standing is None:
        has_cut = any(view.get(key) for key in ("period", *summaries.CUTS)) and not g.user.is_scoped
        return [
            empty("no_industry", "software_monthly", is_filtered=has_cut), _line(view, [], published, "") if published else None, None if g.user.is_scoped else _years(view),
        ]  # fmt: skip
    sees_single, revenue = g.user.role in SEES_SINGLE_FIRMS, standing.revenue
    name = t("industry.whole") if standing.is_city else str(revenue["cut_name"])
    words = summaries.crossed(view)
    return [
        parts.sentence(*summaries.sentence(standing)),
        html.P(words, className="note") if words else None,
        html.Div([parts.kpi(one) for one in summaries.cards(standing, view, sees_single)], className="kpis"),
        None if sees_single else html.P(t("industry.kept_back"), className="note"),
        _line(view, ask("industry_line", **view.values()), published, name),
        _contributions(view, standing.parts),
        parts.cards(_structure(view, name), _quality(view, sees_single)),
        _gap(view, standing),
        None if g.user.is_scoped else _years(view),
        _firms(view) if sees_single else None,
        card.card("industry_cut", short_table(INDUSTRY_CUT, view, columns=CUT_SHOWN if sees_single else OPEN_TO_ALL), table=INDUSTRY_CUT, view=view, source="software_monthly"),
    ]  # fmt: skip


CUT_SHOWN = ("measure_id", "value", "growth_rate", "matched_count", "matched_value_share", "reported_count", "due_count", "reported_due_count", "growing_rate", "median_growth_rate", "top10_share")
OPEN_TO_ALL = ("measure_id", "value", "growth_rate", "matched_count", "reported_count", "due_count", "reported_due_count", "growing_rate")
"""Columns of measures, for who sees single firms and for everybody."""


def _line(view: View, rows: Sequence[Row], published: Sequence[Row], name: str) -> Component:
    """Growth by month beside the country's and the province's; each month leads to itself."""
    drawn = industry_charts.growth_line(rows, published, name, lambda row: view.to("/industry", **{**view.filters, "period": row["period"]}))
    body = graph("industry_line", drawn, t("figure.industry_line.title"))
    files = card.files(INDUSTRY_BENCHMARKS, view)
    return card.card("industry_line", body, table=INDUSTRY_LINE if rows else INDUSTRY_BENCHMARKS, view=view, source="industry", tools=files if rows else ())


def _contributions(view: View, rows: Sequence[Row]) -> Component | None:
    """What carried growth: by segment and size, by district and park; each bar leads to its part."""
    if not rows:
        return None

    def to_part(row: Row) -> str | None:
        return None if row["cut_id"] in ("none", "unknown") else view.to("/industry", **{"period": view.get("period"), row["cut_kind"]: row["cut_id"]})

    def drawn(name: str, *kinds: str) -> Component:
        of_kinds = [row for kind in kinds for row in rows if row["cut_kind"] == kind]
        body = graph(name, industry_charts.contributions(of_kinds, to_part), t(f"figure.{name}.title")) if of_kinds else parts.state("no_rows")
        return card.card(name, body, table=INDUSTRY_CONTRIBUTION, view=view, source="software_monthly", span=6)

    return parts.cards(drawn("industry_fields", "segment", "size"), drawn("industry_places", "district", "park"))


def _structure(view: View, name: str) -> Component:
    rows = sorted(ask("industry_structure", **view.values()), key=lambda row: (row["part_kind"] != "segment", row["part_order"]))
    body = [graph("industry_structure", industry_charts.structure(rows, name), t("figure.industry_structure.title"))] if rows else [parts.state("no_structure")]
    if rows and all(row["national_share"] is None for row in rows):
        body.append(html.P(t("industry.no_nation"), className="note"))
    return card.card("industry_structure", body, table=INDUSTRY_STRUCTURE, view=view, source="industry", span=7)


def _quality(view: View, sees_single: bool) -> Component:
    columns = ("ratio_id", "ratio_value", *(("base_ratio_value", "change_points") if sees_single else ()), "firm_count")
    table = short_table(INDUSTRY_QUALITY, view, columns=columns, empty="no_structure", source="software_monthly", is_filtered=bool(view.get("segment") or view.get("size")))
    return card.card("industry_quality", table, table=INDUSTRY_QUALITY, view=view, source="software_monthly", span=5)


def _gap(view: View, standing: summaries.Standing) -> Component | None:
    """Each measure beside what was printed; only the city as a whole is in the mart of gaps."""
    if not standing.is_city:
        return None
    rows = [row for row in ask("industry_gap", **view.values()) if row["gap_points"] is not None]
    columns = ("measure_id", "area", "city_growth_rate", "compared_period", "city_yoy_percent", "yoy_percent", "gap_points", "title")
    table = short_table(INDUSTRY_GAP, view, rows=sorted(rows, key=lambda row: (row["measure_id"], row["area"])), columns=columns, source="benchmarks")
    return card.card("industry_gap", table, table=INDUSTRY_GAP, view=view, source="industry")


def _years(view: View) -> Component:
    """What the monthly sample covers of the yearly list, and who crossed its lines."""
    table = short_table(INDUSTRY_YEARS, view, source="statistics", is_filtered=bool(view.get("segment")))
    return card.card("industry_years", table, table=INDUSTRY_YEARS, view=view, source="statistics")


def _firms(view: View) -> Component:
    table = short_table(INDUSTRY_FIRMS, view, limit=FIRMS_SHOWN, source="software_monthly")
    return card.card("industry_firms", table, table=INDUSTRY_FIRMS, view=view, source="software_monthly")
