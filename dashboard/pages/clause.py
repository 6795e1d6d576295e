"""条款: who may claim this, who did, why not the rest?"""

from typing import Any

from flask import g

from dashboard.components import charts, figure, filters, number, parts
from dashboard.components.elements import html, kept
from dashboard.components.empty import empty
from dashboard.components.table import Column, Table
from dashboard.errors import NothingThere
from dashboard.pages.page import Page
from dashboard.query import ask, ask_one
from dashboard.reader import Row
from dashboard.snapshot import Snapshot
from dashboard.text import t, word
from dashboard.view import View, checked

CUTS = ("clause", "district", "park", "year")


def to_firm(view: View, row: Row) -> str:
    return view.to(f"/firms/{row['enterprise_id']}")


def _to_park(view: View, row: Row) -> str | None:
    return view.to(f"/parks/{row['park_id']}") if row["park_id"] else None


CLAIMS = Table(
    "clause_claims", "clause_claims",
    (
        Column("enterprise_name", href=to_firm), Column("park_name"), Column("qualified_on", "day"),
        Column("outcome", "outcome"), Column("outcome_reason", "words", cell=parts.reason),
        Column("net_ceiling_yuan", "yuan"), Column("last_status", group="status"), Column("approved_yuan", "yuan"),
        Column("paid_yuan", "yuan"),
    ),
    sort="-net_ceiling_yuan", takes=(*CUTS, "outcome", "stage", "condition"),
)

FUNNEL = Table(
    "clause_funnel", "clause_uptake",
    (
        Column("claim_count", "count"), Column("eligible_count", "count"), Column("applied_count", "count"),
        Column("accepted_count", "count"), Column("approved_count", "count"), Column("paid_count", "count"),
        Column("payout_rate", "rate"), Column("payout_rate_low", "rate"), Column("payout_rate_high", "rate"),
        Column("ceiling_yuan", "yuan"), Column("applied_ceiling_yuan", "yuan"),
        Column("accepted_ceiling_yuan", "yuan"), Column("approved_yuan", "yuan"), Column("paid_yuan", "yuan"),
    ),
    sort="claim_count", takes=CUTS,
)

REASONS = Table(
    "clause_reasons", "clause_reasons",
    (
        Column("says"), Column("met_count", "count"), Column("not_met_count", "count"),
        Column("unknown_count", "count"), Column("review_count", "count"),
        Column("stopped_enterprise_count", "count"), Column("open_enterprise_count", "count"),
    ),
    sort="condition_order", takes=CUTS,
)

MONTHS = Table(
    "clause_months", "clause_months",
    (Column("month", "day"), Column("outcome", "outcome"), Column("claim_count", "count")), sort="month", takes=CUTS,
)

PARKS = Table(
    "clause_parks", "clause_parks",
    (
        Column("park_name", href=_to_park, cell=lambda row: row["park_name"] or t("no_park")),
        Column("claim_count", "count"), Column("eligible_count", "count"), Column("applied_count", "count"),
        Column("paid_count", "count"), Column("paid_yuan", "yuan"),
    ),
    sort="-eligible_count", takes=CUTS, rows=10,
)

DISTRICTS = Table(
    "clause_districts", "clause_districts",
    (
        Column("district_name", cell=lambda row: row["district_name"] or t("unknown")), *PARKS.columns[1:],
    ),
    sort="-eligible_count", takes=CUTS, rows=10,
)

VERSIONS = Table(
    "clause_versions", "clause_versions",
    (
        Column("document_title"), Column("first_day", "day"), Column("last_day", "day"), Column("award_words"),
        Column("coverage_status", group="coverage"), Column("last_checked_on", "day"),
    ),
    sort="first_day", takes=("clause",),
)


@kept(160)
def _versions_of(clause_id: str, snapshot: Snapshot) -> list[Row]:
    return [row for row in ask("law") if row["clause_id"] == clause_id and row["document"] == snapshot.document]


def layout(view: View, clause_id: str) -> Any:
    clause_id = checked("clause", clause_id)
    clause = next((row for row in _versions_of(clause_id, g.snapshot) if row["is_current"]), None)
    if not clause:
        raise NothingThere(clause_id)
    given = {**view.values(), "clause": clause_id}
    row = ask_one("clause_uptake", **given)
    encoded = bool(row.get("claim_count"))
    head = parts.heading(
        f"{clause_id} {clause['title_zh']}",
        [
            parts.badge(t(f"coverage.{clause['coverage_status']}"), f"coverage-{clause['coverage_status']}"),
            parts.badge(t("selective"), "doubt") if clause["is_selective"] else None,
            html.Span(clause["coverage_note"] or ""),
        ],
        trail=[
            (t("page.measures.title"), view.to("/measures")),
            (
                f"{clause['measure_no']} {clause['measure_title']}",
                view.to("/measures", measure=str(clause["measure_no"])),
            ),
        ],
    )
    law = _law(clause_id, g.snapshot)
    if not encoded:
        kind = "no_claims" if clause["coverage_status"] in {"encoded", "partly", "judgement"} else "not_encoded"
        return [head, law, empty(kind, "claims", is_filtered=any(view.get(key) for key in CUTS)) if kind == "no_claims" else parts.state(kind), _versions(view, clause_id)]
    reasons = ask("clause_reasons", **given)
    return [
        head, _sentence(row, view.to("/outreach", clause=clause_id)), law,
        html.Div(
            [_funnel(view, row, clause_id), _reasons(view, reasons, clause_id)], className="grid"
        ),
        html.Div(
            [
                figure.framed(
                    "clause_months",
                    figure.graph(
                        "clause_months", charts.by_month(ask("clause_months", **given)), t("figure.clause_months.title")
                    ),
                    table=MONTHS, view=view, legend=parts.legend(), width="wide", clause=clause_id,
                ),
                figure.table_card("clause_districts", DISTRICTS, view, width="span-6", clause=clause_id)
                if not g.user.is_scoped
                else None,
                figure.table_card(
                    "clause_parks", PARKS, view, width="wide" if g.user.is_scoped else "span-6", clause=clause_id
                ),
            ],
            className="grid",
        ),
        figure.table_card(
            "clause_claims", CLAIMS, view, clause=clause_id,
            before=[filters.local(("outcome", "stage"), view), _condition_chip(view, reasons)],
        ),
        _reach(clause_id),
        _versions(view, clause_id),
    ]


def _reach(clause_id: str) -> Any:
    """The lists without which 首次 of this clause cannot be known."""
    rows = ask("clause_reach", clause=clause_id)
    if not rows:
        return None
    return html.Section(
        [
            html.Div(html.H2([t("clause.reach"), html.Small(t("clause.reach_note"))]), className="card-head"),
            html.Ul([html.Li(row["missing_words"]) for row in rows]),
        ],
        className="card wide", id="clause-reach",
    )  # fmt: skip


def _sentence(row: Row, outreach: str) -> Any:
    return parts.sentence(
        t("sentence.clause_head", day=g.snapshot.as_of, firms=number.count(row["eligible_enterprise_count"])),
        parts.strong(t("unit.n_claims", n=number.count(row["eligible_count"]))), t("sentence.clause_applied"),
        parts.strong(t("unit.n_claims", n=number.count(row["applied_count"]))), t("sentence.overview_paid"),
        parts.strong(t("unit.n_claims", n=number.count(row["paid_count"]))),
        *(
            [
                t("sentence.rate"), parts.strong(number.rate(row["payout_rate"])),
                t("sentence.band", band=number.band(row) or t("none")),
            ]
            if row["payout_rate"] is not None
            else [t("semicolon")]
        ),
        t(
            "sentence.clause_rest", open=number.count(row["needs_review_count"] + row["undetermined_count"]),
            no=number.count(row["not_eligible_count"]),
        ),
        parts.link(t("clause.outreach", n=number.count(row["outreach_count"])), outreach) if row["outreach_count"] else None,
    )


@kept(160)
def _law(clause_id: str, snapshot: Snapshot) -> Any:
    """The words of the policy with the readings in the margin, each beside the words it rests on."""
    versions = _versions_of(clause_id, snapshot)
    clause = next(row for row in versions if row["is_current"])
    rests_on = {decision for version in versions for decision in (version["decision_ids"] or "").split("、")}
    decisions = [row for row in ask("about_decisions") if row["decision_id"] in rests_on]
    text = clause["quotes"] or ""
    rests = [row for row in decisions if row["quote"] and row["quote"] in text]
    source = t(
        "quote.source", document=snapshot.document_title, chapter=clause["chapter"] or "",
        measure=clause["measure_title"],
    )
    elsewhere = [_note(row) for row in decisions if row not in rests]
    return html.Section(
        [
            html.Div(html.H2([t("clause.words"), html.Small(t("clause.by_default"))]), className="card-head"),
            html.Div(
                [
                    html.Div([parts.quotation(text, source, {row["quote"]: row["decision_id"] for row in rests}), _terms(clause)]),
                    html.Div(
                        [
                            html.H3(t("clause.readings")) if decisions else None,
                            *(_note(row) for row in rests),
                            html.H3(t("clause.other_words")) if rests and elsewhere else None,
                            *elsewhere,
                        ],
                        className="margin-notes", id="clause-decisions",
                    ),
                ],
                className="law",
            ),
        ],
        className="card", id="clause-law",
    )  # fmt: skip


def _terms(clause: Row) -> Any:
    return parts.facts(
        [
            (t("clause.grounds"), clause["trigger_words"] or t("not_stated")),
            (t("clause.award"), clause["award_words"] or t("not_stated")),
            (t("clause.payer"), word("payer", clause["payer"]) if clause["payer"] else t("not_stated")),
            (
                t("clause.procedure"),
                word("procedure", clause["procedure_class"]) if clause["procedure_class"] else t("not_stated"),
            ),
            (t("clause.departments"), clause["departments"] or t("not_stated")),
            (t("clause.days"), f"{number.day(clause['first_day'])} – {number.day(clause['last_day'])}"),
        ]
    )


def _note(row: Row) -> Any:
    """A reading: the words it rests on, then how they are taken."""
    return html.Div(
        [
            html.Div([parts.badge(row["decision_id"], "decision"), html.Strong(row["title"])]),
            html.Q(row["quote"]) if row["quote"] else None, html.P(parts.reading(row["says"])),
        ],
        className="margin-note",
    )


def _funnel(view: View, row: Row, clause_id: str) -> Any:
    stages = (
        ("eligible", "ceiling_yuan"), ("applied", "applied_ceiling_yuan"), ("accepted", "accepted_ceiling_yuan"),
        ("approved", "approved_yuan"), ("paid", "paid_yuan"),
    )

    def href(stage: str) -> str | None:
        if stage == "accepted":
            return None
        return view.here(outcome="eligible", stage=None if stage == "eligible" else stage)

    heads = [(t(f"stage_name.{s}"), row[f"{s}_count"], number.count(row[f"{s}_count"]), href(s)) for s, _ in stages]
    money = [(t(f"stage_money.{s}"), row[key], number.short_yuan(row[key]), href(s)) for s, key in stages]
    return figure.framed(
        "clause_funnel",
        html.Div(
            [
                html.Div(
                    [html.H3(t("clause.heads")), figure.graph("funnel-heads", charts.funnel(heads), t("clause.heads"))]
                ),
                html.Div(
                    [html.H3(t("clause.money")), figure.graph("funnel-money", charts.funnel(money), t("clause.money"))]
                )
                if row["ceiling_yuan"]
                else html.P(t("clause.no_ceiling" if row["amount_status"] == "not_stated" else "clause.nothing_eligible"), className="note"),
                html.P(t("clause.paid_by_park"), className="note") if (row["paid_count"] or 0) > (row["approved_count"] or 0) else None,
            ]
        ),
        table=FUNNEL, view=view, width="span-5", clause=clause_id,
    )


def _reasons(view: View, rows: list[Row], clause_id: str) -> Any:
    rows = sorted(rows, key=lambda row: row["condition_order"])
    worst = max(rows, key=lambda row: row["not_met_count"], default=None)
    words = (
        t("clause.worst", says=worst["says"], n=number.count(worst["stopped_enterprise_count"]))
        if worst and worst["not_met_count"]
        else ""
    )
    return figure.framed(
        "clause_reasons",
        html.Div(
            [
                html.P(words, className="finding") if words else None,
                figure.graph(
                    "clause_reasons",
                    charts.reasons(rows, lambda row: view.here(condition=row["condition_id"], outcome=None)),
                    t("figure.clause_reasons.title"),
                ),
            ]
        ),
        table=REASONS, view=view, width="span-7", clause=clause_id,
    )


def _condition_chip(view: View, rows: list[Row]) -> Any:
    says = {row["condition_id"]: row["says"] for row in rows}.get(view.get("condition") or "")
    if not says:
        return None
    return html.Div(
        [t("clause.not_met_by", says=says), parts.link(t("filter.clear"), view.here(condition=None), "tool")],
        className="chip",
    )


def _versions(view: View, clause_id: str) -> Any:
    return figure.table_card("clause_versions", VERSIONS, view, source="policy", clause=clause_id)


PAGE = Page(
    "clause", "/measures/<clause_id>", layout, tables=(CLAIMS, FUNNEL, REASONS, MONTHS, DISTRICTS, PARKS, VERSIONS),
    filters=("district", "park", "year"), under="measures", default_park=True, kept=True, has_figures=True,
)
