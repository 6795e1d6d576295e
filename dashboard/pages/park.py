"""One park: how do my tenants fare, against the city?"""

from typing import Any

import dash
from dash import Input, Output, callback, html
from dash.development.base_component import Component
from flask import g

from dashboard import request
from dashboard.access.scope import SEES_SINGLE_FIRMS
from dashboard.components import card, charts, grid, industry_charts, number, parts
from dashboard.components.empty import empty
from dashboard.components.graph import graph
from dashboard.components.short_table import short_table
from dashboard.errors import NothingThere
from dashboard.query import ask, ask_one
from dashboard.reader import Row
from dashboard.summaries import Card, deadlines, industry
from dashboard.summaries import parks as summaries
from dashboard.tables.industry import INDUSTRY_LINE, INDUSTRY_QUALITY
from dashboard.tables.links import to_firm
from dashboard.tables.parks import (
    PARK_CERTIFICATES,
    PARK_LEAVERS,
    PARK_MEASURES,
    PARK_OUTREACH,
    PARK_RENT,
    PARK_TENANTS,
)
from dashboard.text import t
from dashboard.view import View
from pipelines.base.roles import ROLES

dash.register_page(
    __name__, policy="one", path_template="/parks/<park>", name="Park", roles=ROLES, filters=("measure", "year"), has_figures=True, has_grid=True
)

RENT_SHOWN = 24
"""Tenants and years in the figure, the largest gaps first; the file has all."""


def layout(park: str) -> Any:
    view, row = request.view(), ask_one("park_list", park=park)
    if not row:
        raise NothingThere(park)
    g.shows = str(row["park_name"])
    under = t("park.under", district=row["district_name"] or t("none"), operator=row["operator_name"] or t("none"), opened=number.day(row["opened_on"]))
    return [
        parts.heading(g.shows, under, trail=[(t("page.parks.title"), view.to("/parks", park=None))], right=parts.reports(park, view, ("pdf",))),
        parts.sentence(*summaries.park(row)),
        html.Div([parts.kpi(one, _let(row) if one.key == "occupancy" else None) for one in [*summaries.cards(row, view), _due(view, park)]], className="kpis"),
        parts.cards(
            _measures(view, row), _tenants(view),
            card.card("park_certificates", short_table(PARK_CERTIFICATES, view, source="recognitions"), table=PARK_CERTIFICATES, view=view, source="recognitions", span=4),
        ),
        _industry(view, row), html.Div(_rent(view), id="park-rent"),
        _unclaimed(view, row), _left(view),
    ]  # fmt: skip


def _due(view: View, park: str) -> Card:
    """What of the park's tenants runs out within thirty days, leading to it."""
    found = deadlines.bands(View(), park=park)
    return deadlines.card("d30", found, view.only().to("/deadlines", park=park, lead="d30"))


def _let(row: Row) -> Component | None:
    """How much of the park is let, as a bar; its figures stand above it."""
    if row["occupancy_rate"] is None:
        return None
    return html.Div(html.Div(className="split-part eligible", style={"width": f"{min(row['occupancy_rate'], 1):.1%}"}), className="split")


def _measures(view: View, park: Row) -> Component:
    """Payout of each measure with claims in this park, beside the median of the city's parks."""
    rows = sorted(ask("measure_uptake", park=park["park_id"]), key=lambda row: (row["measure_no"], row["kind"]))
    shown = [row for row in rows if row["eligible_count"]]
    if not shown:
        body = empty("no_claims", "claims")
    elif all(row["payout_rate"] is None for row in shown):
        body = parts.state("no_rate")
    else:
        figure = charts.uptake_dots(
            shown, charts.measure_label, lambda row: view.to("/measures", measure=str(row["measure_no"]), park=park["park_id"]), park["median_payout_rate"]
        )
        body = graph("park_measures", figure, t("figure.park_measures.title"))
    return card.card("park_measures", body, table=PARK_MEASURES, view=view, span=4)


def _industry(view: View, park: Row) -> Component:
    """How the industry of the park runs: growth beside the country's, margin and effort, structure."""
    standing = industry.standing(view)
    if standing is None:
        body = empty("no_industry", "software_monthly")
        return card.card("park_industry", body, table=INDUSTRY_LINE, view=view, source="industry")
    drawn = industry_charts.growth_line(ask("industry_line", **view.values()), ask("industry_benchmarks"), str(park["park_name"]), lambda row: view.to("/industry", park=park["park_id"], period=row["period"]))
    shown = [html.P([*industry.sentence(standing)], className="note"), graph("industry_line", drawn, t("figure.industry_line.title"))]
    earlier = ("base_ratio_value", "change_points") if g.user.role in SEES_SINGLE_FIRMS else ()
    columns = ("ratio_id", "ratio_value", *earlier, "firm_count")
    return parts.cards(
        card.card("park_industry", shown, table=INDUSTRY_LINE, view=view, source="industry", span=7, rows_href=view.to("/industry", park=park["park_id"])),
        card.card("industry_quality", short_table(INDUSTRY_QUALITY, view, columns=columns, source="software_monthly"), table=INDUSTRY_QUALITY, view=view, source="software_monthly", span=5),
    )


def _tenants(view: View) -> Component | None:
    rows = ask("park_tenants", **PARK_TENANTS.values(view))
    if not any(row["tenant_count"] for row in rows):
        return None
    body = graph("park_tenants", charts.tenants(rows), t("figure.park_tenants.title"))
    return card.card("park_tenants", body, table=PARK_TENANTS, view=view, source="tenancies", span=4)


def _rent(view: View) -> Component | None:
    """What was paid of each tenant's rent, against its lower bound."""
    rows, _ = PARK_RENT.fetch(view, limit=RENT_SHOWN)
    if not rows:
        return None
    body = graph("park_rent", charts.dumbbell(rows, lambda row: str(to_firm(view, row))), t("figure.park_rent.title"))
    return card.card("park_rent", body, table=PARK_RENT, view=view, source="tenancies")


def _left(view: View) -> Component:
    """Who left the park; where they went is not for a park's operator to know."""
    columns = ("enterprise_name", "leaving", "moved_in_on", "moved_out_on", "moved_told_on", "district_name_now", *(() if g.user.is_scoped else ("park_name_now", "gone_how")))
    body = short_table(PARK_LEAVERS, view, columns=columns, empty="no_leavers", source="tenancies")
    return card.card("park_leavers", body, table=PARK_LEAVERS, view=view, source="tenancies")


def _unclaimed(view: View, row: Row) -> Component:
    if row["outreach_count"]:
        body, tools = grid.grid(PARK_OUTREACH, view, height=min(max(240, 90 + 36 * row["outreach_count"]), 480)), [grid.chooser(PARK_OUTREACH)]
    else:
        body, tools = empty("outreach_unknown" if row["outreach_count"] is None else "no_outreach", "claims"), []
    return card.card("park_outreach", body, table=PARK_OUTREACH, view=view, tools=tools)


@callback(Output("park-rent", "children"), Input("filters", "data"), prevent_initial_call=True)
def filtered(address: str) -> Component | None:
    return _rent(request.opened(address))
