"""总览: how does the software city stand, and what needs me today?"""

from typing import Any

import dash
from dash import Input, Output, callback, html
from dash.development.base_component import Component
from flask import g

from dashboard import request
from dashboard.components import budget, card, charts, number, parts, tiles
from dashboard.components.empty import empty
from dashboard.components.graph import graph
from dashboard.components.indicators import indicator_table
from dashboard.components.short_table import short_table
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.summaries import deadlines, head, industry
from dashboard.summaries import overview as summaries
from dashboard.tables.policy import DISTRICT_UPTAKE, INDICATORS, MEASURE_UPTAKE, POLICY_UPTAKE
from dashboard.text import t
from dashboard.view import View
from pipelines.base.roles import ROLES

dash.register_page(
    __name__, policy="adds", path="/", name="Overview", order=1, icon="overview", roles=ROLES, filters=("park",), default_park=True, has_figures=True
)


def layout() -> Any:
    view = request.view()
    right = parts.reports("city", view) if g.user.role in summaries.REPORT_ROLES else None
    return [parts.heading(t("page.overview.title"), t("page.overview.asks"), right=right), html.Div(_body(view), id="overview-body")]


@callback(Output("overview-body", "children"), Input("filters", "data"), prevent_initial_call=True)
def filtered(address: str) -> Any:
    return _body(request.opened(address))


def _body(view: View) -> Any:
    standing = summaries.standing(view)
    head = _head(view, standing)
    if standing is None:
        return [*head, empty("no_claims", "claims", is_filtered=view.get("park") is not None)]
    whole = view.get("park") is None
    return [
        *head, parts.sentence(*summaries.sentence(standing)),
        html.Div([parts.kpi(one) for one in summaries.cards(standing, view)], className="kpis"),
        html.P(standing.basis, className="note", id="change-basis") if standing.uptake["eligible_count"] is not None else None,
        parts.cards(*_uptake(view, standing, whole), _changes(view, standing)),
        budget.brief(view) if whole else None, _indicators(view, whole),
    ]  # fmt: skip


def _head(view: View, standing: summaries.Standing | None) -> list[Component]:
    """The industry first: its sentence and six figures, the last of them the policy's."""
    running = industry.standing(view)
    shown = html.Div([parts.kpi(one) for one in head.cards(view, running, standing)], className="kpis", id="industry-head")
    return [parts.sentence(*industry.sentence(running), name="industry-sentence"), shown] if running else [shown]


def _uptake(view: View, standing: summaries.Standing, whole: bool) -> list[Component | None]:
    """Each measure, and the districts; of policies together each policy: what is a rate's picture is of one."""
    if not g.snapshot.is_of_all:
        return [_measures(view, 8 if whole else 12), _districts(view, standing) if whole else None]
    return [card.card("policy_uptake", short_table(POLICY_UPTAKE, view.only("park")), table=POLICY_UPTAKE, view=view.only("park"), span=12)]


def _measures(view: View, span: int) -> Component:
    """Every measure by outcome and payout, those with the most money unclaimed first."""
    rows = sorted(ask("measure_uptake", **view.values()), key=lambda row: (row["outreach_yuan"] or 0, row["outreach_count"] or 0), reverse=True)
    at = view.only("park")

    def href(row: Row) -> str:
        """The claims of an outcome; of a rate the measure's clauses."""
        no = str(row["measure_no"])
        return at.to("/records", measure=no, kind=row["kind"], outcome=row["outcome"]) if "outcome" in row else view.to("/measures", measure=no)

    body: Any = empty("no_claims", "claims", is_filtered=bool(view.values()))
    if any(row["claim_count"] for row in rows):
        body = [parts.legend(), graph("measure_uptake", charts.measure_strip(rows, href), t("figure.measure_uptake.title"))]
    return card.card("measure_uptake", body, table=MEASURE_UPTAKE, view=view, rows_href=view.to("/measures"), span=span)


def _districts(view: View, standing: summaries.Standing) -> Component | None:
    """The districts on their map; the districts of whom something cannot be told are counted below."""
    rows = ask("district_uptake")
    if not rows:
        return None
    at = view.only()
    drawn = tiles.district_map(rows, lambda row: at.to("/records", district=row["district_code"], kind="award", outcome="eligible"))
    body = [
        graph("district_uptake", drawn, t("figure.district_uptake.title")),
        parts.scale(tiles.district_scale(rows), reference=t("reference")), html.P(_beside_the_map(rows, standing), className="note"),
    ]  # fmt: skip
    return card.card("district_uptake", body, table=DISTRICT_UPTAKE, view=view, rows_href=view.to("/parks"), span=4)


def _beside_the_map(rows: list[Row], standing: summaries.Standing) -> str:
    """What has no tile: the district with its zone, and claims of no district of the city."""
    notes = [
        t("tile.with_zone", name=row["district_name"], rate=number.rate(row["award_payout_rate"]), parts=number.parts(row["award_paid_count"], row["award_eligible_count"]))
        for row in rows if row["is_total_line"] and standing.uptake["eligible_count"] is not None
    ] + [
        t("tile.other", name=row["district_name"], n=number.count(row["claim_count"]))
        for row in rows if row["tile_column"] is None and not row["is_total_line"] and row["claim_count"]
    ]  # fmt: skip
    return t("semicolon").join(notes)


def _changes(view: View, standing: summaries.Standing) -> Component:
    """What is new this month and what waits; each leads to its rows where its reader may open them."""
    month, found = standing.months[-1], standing.attention
    late = None if view.get("park") else (found.get("stale_source_count") or 0) + (found.get("missing_source_count") or 0)
    is_known = standing.uptake["eligible_count"] is not None
    view, at = view.only("park"), {"month": str(month["month"])[:7]}
    items = [
        ("eligible", number.count(month["eligible_count"]) if is_known else number.of(standing.uptake, "eligible_count"), view.to("/records", outcome="eligible", **at)),
        ("submitted", number.count(month["submitted_count"]), view.to("/records", records="applications", grounded="yes", **at)),
        ("paid", number.count(month["paid_count"]), view.to("/records", records="payments", grounded="yes", **at)),
        ("money", html.Span(number.yuan(month["paid_yuan"]), title=number.full_yuan(month["paid_yuan"])), view.to("/records", records="payments", grounded="yes", **at)),
        ("findings", number.count(found.get("new_finding_count")), _open(view, "/audit", weight="error", **at)),
    ]  # fmt: skip
    due = deadlines.bands(view).get("d30", deadlines.NONE)
    items.append(("deadlines", number.count(due["deadline_count"]), view.to("/deadlines", lead="d30")))
    if found.get("source_count"):
        items += [
            ("sources", number.count(late), _open(view, "/data", **{"source_list.status__not": "fresh"})),
            ("quarantine", number.count(found.get("quarantined_count")), _open(view, "/data", part="quarantine", **{"quarantine.mended_by_file__blank": "1"})),
            ("names", number.count(found.get("review_count")), _open(view, "/data", part="names", decision="review")),
        ]  # fmt: skip
    shown = [_change(t(f"changes.{key}"), value, href) for key, value, href in items]
    return card.card("changes", html.Div(shown, className="changes"), title=t("changes.title"), unit=number.day(month["month"])[:7])


def _open(view: View, path: str, **changes: str) -> str | None:
    return view.to(path, **changes) if request.may_open(path) else None


def _change(name: str, value: parts.Content, href: str | None) -> Component:
    body = [html.Span(name), html.Strong(value)]
    return parts.link(body, href, "change") if href else html.Div(body, className="change")


def _indicators(view: View, whole: bool) -> Component | None:
    """Each indicator as a bar against its threshold; a park has few, or none."""
    rows, _ = INDICATORS.fetch(view, limit=100)
    if not rows and not whole:
        return None
    return card.card("indicators", indicator_table(view, rows), table=INDICATORS, view=view, source="statistics")
