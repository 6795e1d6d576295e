"""条款: who may claim this, who did, why not the rest?"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import Input, Output, State, callback, dcc, html, no_update
from dash.exceptions import PreventUpdate
from flask import g

from dashboard import request
from dashboard.components import card, charts, controls, graph, grid, number, parts, short_table
from dashboard.components.empty import empty
from dashboard.errors import NothingThere
from dashboard.query import ask, ask_one
from dashboard.reader import Row
from dashboard.summaries import policy as told
from dashboard.tables import Table, policy
from dashboard.text import t, word
from dashboard.view import View
from pipelines.base.roles import ROLES

CUTS = ("district", "park", "year")
"""What the figures are cut by; the other filters choose among the claims alone."""
PLACES = 10
"""Lines of the tables by district and by park."""
DRAWN = (policy.CLAUSE_FUNNEL, policy.CLAUSE_REASONS, policy.CLAUSE_MONTHS, policy.CLAUSE_DISTRICTS, policy.CLAUSE_PARKS)
"""The tables behind the figures. The grid of claims renews its own files."""
STAGES = {
    "eligible": "ceiling_yuan", "applied": "applied_ceiling_yuan", "accepted": "accepted_ceiling_yuan", "approved": "approved_yuan",
    "paid": "paid_yuan",
}  # fmt: skip
"""Of the funnel, each with its sum."""

dash.register_page(
    __name__, policy="one", path_template="/measures/<clause>", name="Clause", order=20, roles=ROLES, filters=CUTS, default_park=True, has_figures=True,
    has_grid=True,
)  # fmt: skip


def layout(clause: str) -> Any:
    view = request.view()
    versions = [row for row in ask("law") if row["clause_id"] == clause and row["document"] == g.snapshot.document]
    law = next((row for row in versions if row["is_current"]), None)
    if law is None:
        raise NothingThere(clause)
    g.shows = f"{clause} {law['title_zh']}"
    above, below = _heading(law, view), _versions(view)
    whole = view if _uptake(view) else replace(view, filters={key: value for key, value in view.filters.items() if key not in CUTS})
    uptake = _uptake(whole)
    if not uptake:
        return [above, _law(law, versions), _nothing(law["coverage_status"], view), below]
    shown = _shown(whole, uptake)
    return [
        above, html.Div(shown["sentence"] if whole is view else [], id="clause-sentence"), _law(law, versions),
        html.Div([] if whole is view else empty("no_claims", "claims", is_filtered=True), id="clause-empty"),
        html.Div(_figures(shown, view), id="clause-figures", hidden=whole is not view),
        _claims(view), _reach(clause), below, dcc.Store(id="clause-cut", data=_cut(view)),
    ]  # fmt: skip


def _uptake(view: View) -> Row:
    return ask_one("clause_uptake", **view.values())


def _cut(view: View) -> dict[str, str | None]:
    return {key: view.get(key) for key in CUTS}


def _nothing(coverage: str, view: View) -> Any:
    """Why a clause has no figures: it is not worked out, or nothing grounds a claim yet."""
    if coverage in told.COUNTED:
        return empty("no_claims", "claims", is_filtered=any(_cut(view).values()))
    return parts.state("not_encoded")


def _heading(law: Row, view: View) -> Any:
    coverage = law["coverage_status"]
    under = [
        parts.badge(t(f"coverage.{coverage}"), f"coverage-{coverage}"),
        parts.badge(t("selective"), "doubt") if law["is_selective"] else None, html.Span(law["coverage_note"] or ""),
    ]  # fmt: skip
    measure = (f"{law['measure_no']} {law['measure_title']}", view.to("/measures", measure=str(law["measure_no"])))
    trail = [(t("page.measures.title"), view.to("/measures")), measure]
    return parts.heading(f"{law['clause_id']} {law['title_zh']}", under, trail=trail)


def _law(law: Row, versions: Sequence[Row]) -> Any:
    """The words of the policy with the readings in the margin, each beside the words it rests on."""
    rests_on = {decision for version in versions for decision in (version["decision_ids"] or "").split("、")}
    decisions = [row for row in ask("about_decisions") if row["decision_id"] in rests_on]
    text = law["quotes"] or ""
    here = [row for row in decisions if row["quote"] and row["quote"] in text]
    elsewhere = [row for row in decisions if row not in here]
    source = t("quote.source", document=g.snapshot.document_title, chapter=law["chapter"] or "", measure=law["measure_title"])
    quotation = parts.quotation(text, source, {row["quote"]: row["decision_id"] for row in here})
    notes = [
        html.H3(t("clause.readings")) if decisions else None, *map(_note, here),
        html.H3(t("clause.other_words")) if here and elsewhere else None, *map(_note, elsewhere),
    ]  # fmt: skip
    return html.Section(
        [
            html.Div(html.H2([t("clause.words"), html.Small(t("clause.by_default"))]), className="card-head"),
            html.Div([html.Div([quotation, _terms(law)]), html.Div(notes, className="margin-notes", id="clause-decisions")], className="law"),
        ],
        className="card", id="clause-law",
    )  # fmt: skip


def _note(row: Row) -> Any:
    """A reading: the words it rests on, then how they are taken."""
    head = html.Div([parts.badge(row["decision_id"], "decision"), html.Strong(row["title"])])
    return html.Div([head, html.Q(row["quote"]) if row["quote"] else None, html.P(parts.reading(row["says"]))], className="margin-note")


def _terms(law: Row) -> Any:
    """What grounds a claim, what it gives, who pays and handles it, from when to when."""
    return parts.facts(
        [
            (t("clause.grounds"), law["trigger_words"] or t("not_stated")), (t("clause.award"), law["award_words"] or t("not_stated")),
            *((t(f"clause.{key}"), html.Div(law[key], className="lines")) for key in ("payees", "instalments") if law[key]),
            (t("clause.payer"), word("payer", law["payer"]) if law["payer"] else t("not_stated")),
            (t("clause.procedure"), word("procedure", law["procedure_class"]) if law["procedure_class"] else t("not_stated")),
            (t("clause.departments"), law["departments"] or t("not_stated")),
            (t("clause.window"), law["window_says"] or t("not_stated")),
            (t("clause.materials"), law["materials"] or t("not_stated")),
            (t("clause.days"), f"{number.day(law['first_day'])} – {number.day(law['last_day'])}"),
        ]
    )  # fmt: skip


def _shown(view: View, uptake: Row) -> dict[str, Any]:
    """What stands in the page's figures for a cut, by the names under which the callback gives it too."""
    values = view.values()
    stops = sorted(ask("clause_reasons", **values), key=lambda row: row["condition_order"])
    worst = max(stops, key=lambda row: row["not_met_count"], default=None)
    is_stopped = worst is not None and worst["not_met_count"]
    heads = [(t(f"stage_name.{stage}"), uptake[f"{stage}_count"], number.count(uptake[f"{stage}_count"]), _to_stage(view, stage)) for stage in STAGES]
    return {
        "sentence": parts.sentence(*told.clause(uptake, view)), "heads": charts.funnel(heads), "money": _money(view, uptake),
        "worst": t("clause.worst", says=worst["says"], n=number.count(worst["stopped_enterprise_count"])) if worst and is_stopped else "",
        "reasons": charts.reasons(stops, lambda row: view.to(view.path, condition=f"{row['condition_id']}__{row['answer']}")),
        "months": charts.by_month(ask("clause_months", **values)), "instalments": _instalments(view),
        "districts": [] if g.user.is_scoped else _places(policy.CLAUSE_DISTRICTS, view), "parks": _places(policy.CLAUSE_PARKS, view),
    }  # fmt: skip


def _to_stage(view: View, stage: str) -> str | None:
    """The claims of a stage; there is no such list of those accepted."""
    if stage == "accepted":
        return None
    return view.to(view.path, outcome="eligible", stage=None if stage == "eligible" else stage)


def _money(view: View, uptake: Row) -> list[Any]:
    """The same stages in money, or why there is no such figure."""
    if uptake["ceiling_yuan"]:
        sums = [(t(f"stage_money.{stage}"), uptake[key], number.yuan(uptake[key]), _to_stage(view, stage)) for stage, key in STAGES.items()]
        shown = [html.H3(t("clause.money")), graph.graph("funnel_money", charts.funnel(sums), t("clause.money"))]
    else:
        shown = [html.P(t("clause.no_ceiling" if uptake["amount_status"] == "not_stated" else "clause.nothing_eligible"), className="note")]
    if (uptake["paid_count"] or 0) > (uptake["approved_count"] or 0):
        shown.append(html.P(t("clause.paid_by_park"), className="note"))
    return shown


def _instalments(view: View) -> Any:
    """Of an award paid in parts, how each of them stands."""
    table = policy.CLAUSE_INSTALMENTS
    rows, _ = table.fetch(view, limit=short_table.ROWS)
    return card.card(table.name, short_table.short_table(table, view, rows=rows), table=table, view=view, source="payments") if rows else []


def _places(table: Table, view: View) -> Any:
    return short_table.short_table(table, view, limit=PLACES)


def _figures(shown: dict[str, Any], view: View) -> Any:
    """Every figure of the cut. An operator sees no districts."""
    funnel = [html.H3(t("clause.heads")), graph.graph("funnel_heads", shown["heads"], t("clause.heads")), html.Div(shown["money"], id="clause-money")]
    reasons = [
        html.P(shown["worst"], className="finding", id="clause-worst"),
        graph.graph("clause_reasons", shown["reasons"], t("figure.clause_reasons.title")),
    ]  # fmt: skip
    months = [parts.legend(), graph.graph("clause_months", shown["months"], t("figure.clause_months.title"))]
    parks, districts = html.Div(shown["parks"], id="clause-parks"), html.Div(shown["districts"], id="clause-districts", hidden=g.user.is_scoped)
    return html.Div([parts.cards(
        card.card("clause_funnel", funnel, table=policy.CLAUSE_FUNNEL, view=view, span=5),
        card.card("clause_reasons", reasons, table=policy.CLAUSE_REASONS, view=view, span=7),
        card.card("clause_months", months, table=policy.CLAUSE_MONTHS, view=view),
        districts if g.user.is_scoped else card.card("clause_districts", districts, table=policy.CLAUSE_DISTRICTS, view=view, span=6),
        card.card("clause_parks", parks, table=policy.CLAUSE_PARKS, view=view, span=12 if g.user.is_scoped else 6),
    ), html.Div(shown["instalments"], id="clause-instalments")])


SHOWN = {
    "sentence": Output("clause-sentence", "children"), "heads": Output(graph.graph_id("funnel_heads"), "figure"),
    "money": Output("clause-money", "children"), "worst": Output("clause-worst", "children"),
    "reasons": Output(graph.graph_id("clause_reasons"), "figure"), "months": Output(graph.graph_id("clause_months"), "figure"),
    "instalments": Output("clause-instalments", "children"),
    "districts": Output("clause-districts", "children"), "parks": Output("clause-parks", "children"),
}  # fmt: skip
"""Where what `_shown` makes stands."""


@callback(
    {
        "cut": Output("clause-cut", "data"), "empty": Output("clause-empty", "children"), "is_empty": Output("clause-figures", "hidden"),
        "shown": SHOWN, "exports": card.exports(DRAWN),
    },
    {"address": Input("filters", "data"), "before": State("clause-cut", "data")},
    prevent_initial_call=True,
)  # fmt: skip
def filtered(address: str, before: Any) -> Any:
    """The figures of another cut; of the same one with other claims in the grid there is nothing new to say."""
    view = request.opened(address)
    cut = _cut(view)
    if cut == before:
        raise PreventUpdate
    uptake = _uptake(view)
    return {
        "cut": cut, "is_empty": not uptake, "empty": [] if uptake else empty("no_claims", "claims", is_filtered=True),
        "shown": _shown(view, uptake) if uptake else {**dict.fromkeys(SHOWN, no_update), "sentence": []}, "exports": card.export_hrefs(view, DRAWN),
    }  # fmt: skip


def _claims(view: View) -> Any:
    """The claims behind every mark: a mark sets the filters above them."""
    above = [
        controls.segments("outcome", view.get("outcome")), controls.segments("stage", view.get("stage")),
        controls.select("condition", view.get("condition"), hint=t("clause.not_met"), width=300),
    ]  # fmt: skip
    table = policy.CLAUSE_CLAIMS
    return card.card(
        table.name, [dmc.Group(above, className="local-filters"), grid.grid(table, view)], table=table, view=view, tools=[grid.chooser(table)]
    )


def _reach(clause: str) -> Any:
    """The lists without which 首次 of this clause cannot be known."""
    rows = ask("clause_reach", clause=clause)
    if not rows:
        return None
    head = html.Div(html.H2([t("clause.reach"), html.Small(t("clause.reach_note"))]), className="card-head")
    return html.Section([head, html.Ul([html.Li(row["missing_words"]) for row in rows])], className="card", id="clause-reach")


def _versions(view: View) -> Any:
    table = policy.CLAUSE_VERSIONS
    beside = parts.link(t("versions.side_by_side"), view.to(f"{view.path}/versions"), "tool")
    shown = short_table.short_table(table, view, columns=policy.THE_LAW_ALONE, source="policy")
    return card.card(table.name, shown, table=table, view=view, source="policy", tools=[beside])
