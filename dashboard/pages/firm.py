"""One firm: what may it claim, what did it get, and why?"""

from typing import Any

import dash
from dash import MATCH, Input, Output, State, callback, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from flask import g

from dashboard import request
from dashboard.access.scope import SEES_SINGLE_FIRMS
from dashboard.components import card, charts, industry_charts, number, parts
from dashboard.components.empty import empty
from dashboard.components.graph import graph
from dashboard.components.short_table import short_table
from dashboard.errors import NothingThere
from dashboard.query import ask, ask_one
from dashboard.reader import Row
from dashboard.summaries import firms as summaries
from dashboard.tables.deadlines import FIRM_DEADLINES
from dashboard.tables.firms import (
    FIRM_APPLICATIONS,
    FIRM_CLAIMS,
    FIRM_CONDITIONS,
    FIRM_EVENTS,
    FIRM_INSTALMENTS,
    FIRM_PAYMENTS,
)
from dashboard.tables.industry import FIRM_MONTHS, FIRM_YEARS
from dashboard.tables.links import to_clause, to_park
from dashboard.tables.policy import reason
from dashboard.text import t, word
from dashboard.theme import OUTCOMES
from dashboard.view import CHOSEN, View, address, checked
from pipelines.base.roles import ROLES

dash.register_page(__name__, policy="adds", path_template="/firms/<firm>", name="Firm", roles=ROLES, filters=("measure", "year"), has_figures=True)

LEAD_BADGES = {"overdue": "risk", "d30": "doubt"}
INSTALMENT_BADGES = {"late": "risk", "undetermined": "doubt", "unknown": "doubt"}
DUE_SHOWN = 12
"""Deadlines in the page, the nearest first; the list has all."""
SHOWN = 20
"""Claims in the page at first; the others come when they are asked for."""
SCOPE_SIGNS = 40
"""Of a business scope; what is longer is opened."""


def layout(firm: str) -> Any:
    view, row, claims = request.view(), ask_one("firm", firm=firm), ask("firm_claims", firm=firm)
    if not row and not claims:
        raise NothingThere(firm)
    g.shows = str(row.get("enterprise_name") or claims[0]["enterprise_name"])
    came, payments = ask_one("received"), ask("firm_payments", firm=firm)
    shown = [
        parts.heading(g.shows, [html.Code(firm), _badges(row)], trail=[(t("page.firms.title"), view.to("/firms"))], right=_sheet(view)),
        parts.sentence(*summaries.firm(claims, payments if came.get("have_payments", True) else None)),
        parts.cards(_profile(row), _timeline(view, payments)),
        _deadlines(view), _near(view, ask("firm_near", firm=firm)),
        None if claims else _doubts(ask("firm_doubts", firm=firm)),
        html.Div(_claims(view), id="firm-claims"), _instalments(view),
        _records(view, "applications", came), _records(view, "payments", came), _statistics(view),
    ]  # fmt: skip
    return [one for one in shown if one is not None]


@callback(Output("firm-claims", "children"), Input("filters", "data"), prevent_initial_call=True)
def filtered(asked: str) -> Component:
    return _claims(request.opened(asked))


@callback(
    Output("firm-rest", "children"), Input("firm-more", "n_clicks"), State("here", "pathname"), State("here", "search"), prevent_initial_call=True
)
def more(clicks: int | None, path: str, search: str | None) -> Any:
    """The claims beyond the first ones, once."""
    if clicks != 1:
        raise PreventUpdate
    view = request.opened(f"{path}{search or ''}")
    return [_claim(view, claim) for claim in _ordered(view)[SHOWN:]]


@callback(
    Output({"type": "firm-answers", "claim": MATCH}, "children"), Input({"type": "firm-claim", "claim": MATCH}, "n_clicks"),
    State({"type": "firm-claim", "claim": MATCH}, "id"), State("here", "pathname"), State("here", "search"), prevent_initial_call=True,
)  # fmt: skip
def opened(clicks: int | None, claim: dict[str, str], path: str, search: str | None) -> Any:
    """What a claim rests on, when it is opened first."""
    if clicks != 1:
        raise PreventUpdate
    view, claim_id = request.opened(f"{path}{search or ''}"), checked("claim", claim["claim"])
    found = next((one for one in ask("firm_claims", firm=view.get("firm")) if one["claim_id"] == claim_id), None)
    if found is None:
        raise NothingThere(claim_id)
    return _grounds(view, found)


def _sheet(view: View) -> Component:
    """What to take along, on one page."""
    href = address("/export/report/firm.pdf", {"firm": view.get("firm"), **{key: view.get(key) for key in CHOSEN}})
    return html.Div([html.A(t("sheet.take"), href=href, className="tool", id="firm-sheet")], className="reports")


def _badges(firm: Row) -> Component:
    shown = []
    if firm.get("software_outcome"):
        shown.append(parts.badge(t(f"software.{firm['software_outcome']}"), f"answer-{firm['software_outcome']}", firm["software_reason"]))
    if firm.get("absent_since"):
        shown.append(parts.badge(t("firm.absent", day=number.day(firm["absent_since"])), "doubt"))
    if firm.get("code_status") not in (None, "valid"):
        shown.append(parts.badge(word("code_status", firm["code_status"]), "doubt"))
    if firm.get("credit_flags"):
        shown.append(parts.badge(t("firm.risk", flags=word("credit_flag", firm["credit_flags"])), "risk", t("firm.risk_note")))
    return html.Span(shown, className="badges")


def _profile(firm: Row) -> Component:
    """What the register says of the firm; of one that has left an operator's park nothing is theirs to know."""
    if not firm:
        return html.Section(parts.state("firm_elsewhere"), className="card span-5")
    none, park = t("none"), firm["park_name"] or t("none")
    to = to_park(request.view(), firm)
    pairs = [
        (t("columns.registered_on"), number.day(firm["registered_on"])),
        (t("columns.registration_status"), firm["registration_status"] or none),
        (t("columns.district_name"), [firm["district_name"] or t("unknown"), html.Small(f" {t('firm.basis', basis=firm['district_basis'])}")]),
        (t("columns.park_name"), parts.link(park, to) if to else park),
        (t("firm.capital"), _capital(firm, "registered")), (t("firm.paid_in"), _capital(firm, "paid_in")),
        (t("firm.industry"), t("firm.industry_words", code=firm["industry_code"], edition=firm["industry_edition"] or t("unknown")) if firm["industry_code"] else none),
        (t("firm.software"), firm["software_reason"] or none), (t("firm.former_names"), firm["former_names"] or none),
        (t("firm.scope"), _business_scope(firm["business_scope"])),
    ]  # fmt: skip
    return html.Section(
        [html.Div(html.H2(t("firm.profile")), className="card-head"), parts.facts(pairs), card.provenance("registrations")],
        className="card span-5", id="firm-profile",
    )  # fmt: skip


def _capital(firm: Row, kind: str) -> Any:
    yuan = firm[f"{kind}_capital_yuan"]
    return firm[f"{kind}_capital_note"] or t("none") if yuan is None else parts.money(yuan)


def _business_scope(scope: str | None) -> Any:
    if not scope or len(scope) <= SCOPE_SIGNS:
        return scope or t("none")
    return html.Details([html.Summary(scope[:SCOPE_SIGNS] + "…"), html.P(scope)])


def _timeline(view: View, payments: list[Row]) -> Component:
    events, applications = ask("firm_events", firm=view.get("firm")), ask("firm_applications", firm=view.get("firm"))
    if events or applications or payments:
        body = graph("firm_events", charts.timeline(events, applications, payments, g.snapshot.as_of), t("figure.firm_events.title"))
    else:
        body = empty("no_rows", "recognitions")
    return card.card("firm_events", body, table=FIRM_EVENTS, view=view, source="recognitions", span=7)


def _deadlines(view: View) -> Component | None:
    """What of the firm runs out when; of one of which nothing does nothing is said."""
    rows, total = FIRM_DEADLINES.fetch(view, limit=DUE_SHOWN)
    if not rows:
        return None
    cells = {"lead_band": lambda row: parts.badge(word("lead", row["lead_band"]), LEAD_BADGES.get(row["lead_band"], "plain"))}
    body = short_table(FIRM_DEADLINES, view, limit=DUE_SHOWN, cells=cells)
    more = view.to("/deadlines", **{"deadlines.enterprise_name__is": g.shows}) if total > len(rows) else None
    return card.card("firm_deadlines", body, table=FIRM_DEADLINES, view=view, source="deadlines", rows_href=more)


def _near(view: View, rows: list[Row]) -> Component | None:
    """What one more condition would open."""
    if not rows:
        return None
    items = [
        html.Li(
            [
                parts.link(f"{row['clause_id']} {row['title_zh']}", str(to_clause(view, row))), html.Small(row["event_title"]), t("near.lacks"), html.Strong(row["says"]),
                html.Small(t("near.values", seen=row["value_seen"] or t("unknown"), needed=row["value_needed"] or t("none"))),
                None if row["ceiling_yuan"] is None else html.Small(t("near.ceiling") + number.yuan(row["ceiling_yuan"]), title=number.full_yuan(row["ceiling_yuan"])),
            ]
        )
        for row in rows
    ]  # fmt: skip
    head = html.Div(html.H2([t("near.title"), html.Small(t("near.note"))]), className="card-head")
    return html.Section([head, html.Ul(items, className="near")], className="card", id="firm-near")


def _doubts(rows: list[Row]) -> Component | None:
    """What might ground a claim all the same, once a person has looked."""
    if not rows:
        return None
    items = [
        html.Li(t(f"firm.doubt_{row['kind']}", named=row["named"], place=row["place"].replace("|", t("comma")), n=row["row_count"])) for row in rows
    ]
    return html.Section([html.Div(html.H2(t("firm.doubts")), className="card-head"), html.Ul(items)], className="card", id="firm-doubts")


def _instalments(view: View) -> Component | None:
    """What is paid in parts: each due, paid and late by itself. Of a firm without such claims nothing is said."""
    if not ask("firm_instalments", **FIRM_INSTALMENTS.values(view)):
        return None
    cells = {"state": lambda row: parts.badge(word("instalment", row["state"]), INSTALMENT_BADGES.get(row["state"], "plain"))}
    body = short_table(FIRM_INSTALMENTS, view, cells=cells)
    return card.card("firm_instalments", body, table=FIRM_INSTALMENTS, view=view, source="payments")


def _ordered(view: View) -> list[Row]:
    """The claims the filters leave: by outcome, then the largest bound first."""
    ranks = list(OUTCOMES)
    return sorted(
        ask("firm_claims", **FIRM_CLAIMS.values(view)),
        key=lambda claim: (ranks.index(claim["outcome"]), -(claim["net_ceiling_yuan"] or claim["ceiling_yuan"] or 0), claim["claim_id"]),
    )


def _claims(view: View) -> Component:
    """The claims the filters leave, and the files of them."""
    return card.card("firm_claims", [parts.legend(), *_cards(view)], table=FIRM_CLAIMS, view=view, tools=card.files(FIRM_CONDITIONS, view))


def _cards(view: View) -> list[Component]:
    """One for each of the first claims, the first one open, and what brings the others."""
    claims = _ordered(view)
    if not claims:
        is_filtered = view.get("year") or view.get("measure")
        return [parts.state("no_rows" if is_filtered else "no_firm_claims")]
    shown = [_claim(view, claim, _grounds(view, claim) if place == 0 else None) for place, claim in enumerate(claims[:SHOWN])]
    if len(claims) > SHOWN:
        rest = html.Summary(t("firm.more_claims", n=len(claims) - SHOWN), id="firm-more", n_clicks=0, className="tool")
        shown.append(html.Details([rest, html.Div(id="firm-rest")]))
    return shown


def _claim(view: View, claim: Row, grounds: list[Component] | None = None) -> Component:
    """One claim: outcome and upper bound (never a sum owed). What it rests on is asked for when it is opened."""
    claim_id = claim["claim_id"]
    under = [number.day(claim["qualified_on"]), claim["event_title"], claim["park_name"]]
    shown, full = _bound(claim)
    summary = [
        parts.outcome(claim["outcome"]),
        html.Div([html.Strong(f"{claim['clause_id']} {claim['title_zh'] or ''}"), html.Small(" · ".join(filter(None, under)))], className="claim-name"),
        html.Small(reason(claim)), _stage(claim), html.Span(shown, title=full, className="claim-bound"),
    ]
    # the open one has its answers: closing it asks for nothing
    asks: dict[str, Any] = {} if grounds else {"id": {"type": "firm-claim", "claim": claim_id}, "n_clicks": 0}
    body = html.Div(grounds, className="claim-body", id={"type": "firm-answers", "claim": claim_id})
    return html.Details([html.Summary(summary, **asks), body], className=f"claim {claim['outcome']}", id=f"claim-{claim_id}", open=bool(grounds))


def _stage(claim: Row) -> Component:
    if claim["is_outreach"]:
        return parts.badge(t("claim.outreach"), "call")
    return parts.badge(word("status", claim["last_status"])) if claim["last_status"] else html.Span()


def _bound(claim: Row) -> tuple[str, str | None]:
    """The bound of a claim as told, and with all its digits."""
    if claim["outcome"] == "not_eligible":
        return t("none"), None
    key = "ceiling" if claim["floor_yuan"] is None else "floor"
    words = number.lacking(claim, "ceiling_yuan") if key == "ceiling" else None
    yuan = claim[f"{key}_yuan"]
    return f"{t(f'claim.{key}')} {words or number.yuan(yuan)}", None if words else number.full_yuan(yuan)


def _grounds(view: View, claim: Row) -> list[Component]:
    """Every condition as a checklist; beside it what became of the claim, and where it comes from."""
    answers = ask("firm_conditions", firm=view.get("firm"), claim=claim["claim_id"])
    checklist = [_answer(row) for row in sorted(answers, key=lambda row: row["condition_order"])]
    facts = [
        (t("claim.applied_on"), _applied(claim)), (t("columns.last_status"), word("status", claim["last_status"])),
        (t("columns.approved_yuan"), parts.money(claim["approved_yuan"])), (t("columns.paid_yuan"), parts.money(claim["paid_yuan"])),
    ]  # fmt: skip
    if claim["park_name"]:
        facts.append((t("columns.park_name"), parts.link(claim["park_name"], str(to_park(view, claim)))))
    none = t("none")
    source = t("claim.source", notice=claim["notice"] or none, file=claim["source_file"] or none, row=claim["row_no"] or none)
    origin = html.P([parts.link(t("claim.clause"), str(to_clause(view, claim))), f" · {source}"], className="note")
    notes = [html.P(note, className="note") for note in _notes(claim)]
    return [html.Ol(checklist, className="checklist"), html.Div([parts.facts(facts), *notes, origin], className="claim-side")]


def _applied(claim: Row) -> str:
    if claim["first_applied_on"]:
        return number.day(claim["first_applied_on"])
    if claim["is_applied"] is None:
        return t("unknown")
    return t("claim.by_park") if claim["is_applied"] else t("claim.not_applied")


def _notes(claim: Row) -> list[str]:
    """What another claim or payment takes away from the bound, and how it came about."""
    notes = [t("claim.superseded", reason=claim["superseded_reason"])] if claim["superseded_reason"] else []
    notes += [t("claim.payees", payees=claim["payees"])] if claim["payees"] else []
    if claim["outcome"] == "eligible" and claim["net_ceiling_yuan"] not in (None, claim["ceiling_yuan"]):
        notes.append(t("claim.net", net=number.yuan(claim["net_ceiling_yuan"])))
    if claim["ceiling_reason"] and claim["outcome"] != "not_eligible":
        notes.append(str(claim["ceiling_reason"]))
    return notes


def _answer(row: Row) -> Component:
    """One condition: what was seen, what is needed, the words it rests on, and the reading where they leave it open."""
    values = t("claim.seen") + (row["value_seen"] or t("unknown"))
    ground: list[Component] = [html.Q(row["quote"])] if row["quote"] else []
    if row["decision_id"]:
        ground.append(parts.badge(t("claim.by_default", id=row["decision_id"]), "decision", t("claim.by_default_note")))
    told = [
        html.Div([html.Strong(row["says"]), parts.badge(word("answer", row["outcome"]), f"answer-{row['outcome']}")]),
        html.Div([html.Span(values), html.Span(t("claim.needed") + row["value_needed"])] if row["value_needed"] else values, className="values"),
        html.Small(row["reason"]) if row["reason"] else None,
        html.Div(ground, className="ground") if ground else None,
    ]
    return html.Li([parts.answer_sign(row["outcome"]), html.Div(told)], className="answer")


def _statistics(view: View) -> Component | None:
    """What the firm itself reported, month by month and year by year, and its place in its field; others are told who may see it."""
    if g.user.role not in SEES_SINGLE_FIRMS:
        return html.P(t("firm.statistics_kept"), className="note", id="firm-statistics")
    months = ask("firm_months", firm=view.get("firm"))
    body = graph("firm_months", industry_charts.firm_months(months), t("figure.firm_months.title")) if months else empty("no_rows", "software_monthly")
    return parts.cards(
        card.card("firm_months", body, table=FIRM_MONTHS, view=view, source="software_monthly", span=6),
        card.card("firm_years", short_table(FIRM_YEARS, view, source="statistics"), table=FIRM_YEARS, view=view, source="statistics", span=6),
    )


def _records(view: View, kind: str, came: Row) -> Component:
    """Applications or payments; whether none were made or none arrived is told apart."""
    table = {"applications": FIRM_APPLICATIONS, "payments": FIRM_PAYMENTS}[kind]
    none = f"no_{kind}" if came.get(f"have_{kind}", True) else f"{kind}_unknown"
    return card.card(table.name, short_table(table, view, empty=none, source=kind), table=table, view=view, source=kind)
