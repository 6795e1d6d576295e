"""One firm: what may it claim, what did it get, and why?"""

from collections import defaultdict
from typing import Any

from flask import g

from dashboard.components import charts, figure, number, parts
from dashboard.components.elements import html
from dashboard.components.empty import empty
from dashboard.components.table import Column, Table
from dashboard.errors import NothingThere
from dashboard.pages.page import Page
from dashboard.query import ask, ask_one
from dashboard.reader import Row
from dashboard.text import t, word
from dashboard.view import View, checked

ORDER = ("eligible", "needs_review", "undetermined", "not_eligible")


def _to_clause(view: View, row: Row) -> str:
    return view.to(f"/measures/{row['clause_id']}")


CLAIMS = Table(
    "firm_claims", "firm_claims",
    (
        Column("clause_id", href=_to_clause), Column("title_zh"), Column("event_title"),
        Column("qualified_on", "day"), Column("outcome", "outcome"), Column("outcome_reason"),
        Column("ceiling_yuan", "yuan"), Column("net_ceiling_yuan", "yuan"), Column("floor_yuan", "yuan"),
        Column("superseded_reason"), Column("last_status", group="status"), Column("approved_yuan", "yuan"),
        Column("paid_yuan", "yuan"),
    ),
    sort="-qualified_on", takes=("firm", "year", "measure"),
)

CONDITIONS = Table(
    "firm_conditions", "firm_conditions",
    (
        Column("clause_id"), Column("claim_id"), Column("says"), Column("outcome", group="answer"),
        Column("value_seen"), Column("value_needed"), Column("reason"), Column("quote"), Column("decision_id"),
    ),
    sort="claim_id", takes=("firm",),
)

APPLICATIONS = Table(
    "firm_applications", "firm_applications",
    (
        Column("application_no", "code"), Column("clause_id", href=_to_clause), Column("submitted_on", "day"),
        Column("accepted_on", "day"), Column("status", group="status"), Column("requested_yuan", "yuan"),
        Column("approved_yuan", "yuan"), Column("paid_yuan", "yuan"), Column("match_basis", group="match"),
    ),
    sort="-submitted_on", takes=("firm",), rows=12,
)

PAYMENTS = Table(
    "firm_payments", "firm_payments",
    (
        Column("payment_no", "code"), Column("clause_id", href=_to_clause), Column("paid_on", "day"),
        Column("amount_yuan", "yuan"), Column("payer_level", group="payer_level"), Column("paid_by_record"),
    ),
    sort="-paid_on", takes=("firm",), rows=12,
)

EVENTS = Table(
    "firm_events", "firm_events",
    (
        Column("qualified_on", "day"), Column("event_title"), Column("series_kind", group="series"),
        Column("document", "words", title="notice"),
        Column("issuer"), Column("source_file", "code"), Column("row_no", "count"),
    ),
    sort="-qualified_on", takes=("firm",), rows=12,
)


def layout(view: View, enterprise_id: str) -> Any:
    firm_id = checked("firm", enterprise_id)
    firm, claims = ask_one("firm", firm=firm_id), ask("firm_claims", **{**view.values(), "firm": firm_id})
    if not firm and not claims:
        raise NothingThere(firm_id)
    answers: dict[str, list[Row]] = defaultdict(list)
    for row in ask("firm_conditions", firm=firm_id):
        answers[row["claim_id"]].append(row)
    claims = sorted(
        claims,
        key=lambda c: (ORDER.index(c["outcome"]), -(c["net_ceiling_yuan"] or c["ceiling_yuan"] or 0), c["claim_id"]),
    )
    came = ask_one("received", **view.values())
    name = firm.get("enterprise_name") or claims[0]["enterprise_name"]
    applications, payments, events = (
        ask("firm_applications", firm=firm_id), ask("firm_payments", firm=firm_id), ask("firm_events", firm=firm_id),
    )
    return [
        parts.heading(
            str(name), [html.Code(firm_id), _badges(firm)], trail=[(t("page.firms.title"), view.to("/firms"))]
        ),
        _sentence(claims, number.added(*(p["amount_yuan"] for p in payments)) if came.get("have_payments", True) else None),
        html.Div(
            [
                _profile(firm),
                figure.framed(
                    "firm_events",
                    figure.graph(
                        "firm-timeline", charts.timeline(events, applications, payments, g.snapshot.as_of), t("figure.firm_events.title")
                    )
                    if events or applications or payments
                    else empty("no_rows", "recognitions"), table=EVENTS, view=view, source="recognitions", width="span-7",
                    firm=firm_id,
                ),
            ],
            className="grid",
        ),
        _near(ask("firm_near", firm=firm_id), view),
        _doubts(ask("firm_doubts", firm=firm_id)) if not claims else None,
        figure.framed(
            "firm_claims",
            html.Div(
                [_claim(c, answers[c["claim_id"]], view, i == 0) for i, c in enumerate(claims)], className="claims"
            )
            if claims
            else parts.state("no_firm_claims"), table=CLAIMS, view=view, width="wide", legend=parts.legend(),
            firm=firm_id,
        ),
        html.Div(
            [
                figure.table_card(
                    "firm_applications", APPLICATIONS, view, source="applications", width="span-8",
                    empty="no_applications" if came.get("have_applications", True) else "applications_unknown", firm=firm_id,
                ),
                figure.table_card(
                    "firm_payments", PAYMENTS, view, source="payments", width="span-4",
                    empty="no_payments" if came.get("have_payments", True) else "payments_unknown", firm=firm_id,
                ),
            ],
            className="grid",
        ),
    ]


def _badges(firm: Row) -> Any:
    shown = []
    if firm.get("software_outcome"):
        shown.append(
            parts.badge(
                t(f"software.{firm['software_outcome']}"), f"answer-{firm['software_outcome']}", firm["software_reason"]
            )
        )
    if firm.get("absent_since"):
        shown.append(parts.badge(t("firm.absent", day=number.day(firm["absent_since"])), "doubt"))
    if firm.get("code_status") not in (None, "valid"):
        shown.append(parts.badge(word("code_status", firm["code_status"]), "doubt"))
    if firm.get("credit_flags"):
        shown.append(
            parts.badge(t("firm.risk", flags=word("credit_flag", firm["credit_flags"])), "risk", t("firm.risk_note"))
        )
    return html.Span(shown, className="badges")


def _sentence(claims: list[Row], paid_yuan: Any) -> Any:
    """What the firm may claim and got; paid is the sum of the list of payments below."""
    eligible = [c for c in claims if c["outcome"] == "eligible"]
    return parts.sentence(
        t("sentence.firm", day=g.snapshot.as_of, n=len(claims)), parts.strong(t("unit.n_claims", n=len(eligible))),
        t("sentence.firm_applied"), parts.strong(t("unit.n_claims", n=number.count(number.added(*(c["is_applied"] for c in eligible))))),
        t("sentence.firm_paid"), parts.money(paid_yuan), t("sentence.firm_outreach"),
        parts.strong(t("unit.n_claims", n=number.count(number.added(*(c["is_outreach"] for c in claims))))), t("stop"),
    )


def _profile(firm: Row) -> Any:
    if not firm:
        return html.Section(parts.state("firm_elsewhere"), className="card span-5")
    capital = (
        parts.money(firm["registered_capital_yuan"])
        if firm["registered_capital_yuan"] is not None
        else (firm["registered_capital_note"] or t("none"))
    )
    scope = firm["business_scope"] or t("none")
    return html.Section(
        [
            html.Div(html.H2(t("firm.profile")), className="card-head"),
            parts.facts(
                [
                    (t("columns.registered_on"), number.day(firm["registered_on"])),
                    (t("columns.registration_status"), firm["registration_status"] or t("none")),
                    (
                        t("columns.district_name"),
                        [
                            firm["district_name"] or t("unknown"),
                            html.Small(f" {t('firm.basis', basis=firm['district_basis'])}"),
                        ],
                    ),
                    (t("columns.park_name"), firm["park_name"] or t("none")), (t("firm.capital"), capital),
                    (
                        t("firm.paid_in"),
                        parts.money(firm["paid_in_capital_yuan"])
                        if firm["paid_in_capital_yuan"] is not None
                        else firm["paid_in_capital_note"] or t("none"),
                    ),
                    (
                        t("firm.industry"),
                        t(
                            "firm.industry_words", code=firm["industry_code"],
                            edition=firm["industry_edition"] or t("unknown"),
                        )
                        if firm["industry_code"]
                        else t("none"),
                    ),
                    (t("firm.software"), firm["software_reason"] or t("none")),
                    (t("firm.former_names"), firm["former_names"] or t("none")),
                    (
                        t("firm.scope"),
                        html.Details([html.Summary(scope[:36] + "…"), html.P(scope)]) if len(scope) > 40 else scope,
                    ),
                ]
            ),
            figure.provenance("registrations"),
        ],
        className="card span-5", id="firm-profile",
    )


def _doubts(rows: list[Row]) -> Any:
    """What might ground a claim all the same, once a person has looked."""
    if not rows:
        return None
    return html.Section(
        [
            html.Div(html.H2(t("firm.doubts")), className="card-head"),
            html.Ul([
                html.Li(t(f"firm.doubt_{row['kind']}", named=row["named"], place=row["place"].replace("|", t("comma")), n=row["row_count"]))
                for row in rows
            ]),
        ],
        className="card wide", id="firm-doubts",
    )  # fmt: skip


def _near(rows: list[Row], view: View) -> Any:
    """What one more condition would open."""
    if not rows:
        return None
    return html.Section(
        [
            html.Div(html.H2([t("near.title"), html.Small(t("near.note"))]), className="card-head"),
            html.Ul(
                [
                    html.Li(
                        [
                            parts.link(f"{row['clause_id']} {row['title_zh']}", _to_clause(view, row)),
                            html.Span(t("near.lacks")), html.Strong(row["says"]),
                            html.Small(
                                t(
                                    "near.values", seen=row["value_seen"] or t("unknown"),
                                    needed=row["value_needed"] or t("none"),
                                )
                            ),
                            html.Small([t("near.ceiling"), parts.money(row["ceiling_yuan"])])
                            if row["ceiling_yuan"] is not None
                            else None,
                        ]
                    )
                    for row in rows
                ],
                className="near",
            ),
        ],
        className="card wide", id="firm-near",
    )


def _amount(claim: Row) -> Any:
    if claim["outcome"] == "not_eligible":
        return html.Span(t("none"), className="quiet")
    if claim["floor_yuan"] is not None:
        return [html.Small(t("claim.floor")), parts.money(claim["floor_yuan"])]
    if words := number.lacking(claim, "ceiling_yuan"):
        return [html.Small(t("claim.ceiling")), html.Span(words, className="quiet")]
    return [html.Small(t("claim.ceiling")), parts.money(claim["ceiling_yuan"])]


def _claim(claim: Row, answers: list[Row], view: View, is_open: bool) -> Any:
    """One claim: outcome, upper bound (never a sum owed), and every condition as a checklist."""
    notes = []
    if claim["superseded_reason"]:
        notes.append(t("claim.superseded", reason=claim["superseded_reason"]))
    if (
        claim["outcome"] == "eligible"
        and claim["net_ceiling_yuan"] is not None
        and claim["net_ceiling_yuan"] != claim["ceiling_yuan"]
    ):
        notes.append(t("claim.net", net=number.short_yuan(claim["net_ceiling_yuan"])))
    if claim["ceiling_reason"] and claim["outcome"] != "not_eligible":
        notes.append(str(claim["ceiling_reason"]))
    money = [
        (
            t("claim.applied_on"), number.day(claim["first_applied_on"])
            if claim["first_applied_on"]
            else t("claim.by_park")
            if claim["is_applied"]
            else t("claim.not_applied")
            if claim["is_applied"] is not None
            else t("unknown"),
        ),
        (t("columns.last_status"), word("status", claim["last_status"])),
        (t("columns.approved_yuan"), parts.money(claim["approved_yuan"])),
        (t("columns.paid_yuan"), parts.money(claim["paid_yuan"])),
    ]
    source = t(
        "claim.source", notice=claim["notice"] or t("none"), file=claim["source_file"] or t("none"),
        row=claim["row_no"] or t("none"),
    )
    return html.Details(
        [
            html.Summary(
                [
                    html.Div(parts.outcome(claim["outcome"]), className="claim-outcome"),
                    html.Div(
                        [
                            html.Strong(f"{claim['clause_id']} {claim['title_zh'] or ''}"),
                            html.Small(f"{number.day(claim['qualified_on'])} · {claim['event_title'] or ''}"),
                        ],
                        className="claim-name",
                    ),
                    html.Div(parts.reason(claim), className="claim-reason"),
                    html.Div(
                        parts.badge(t("claim.outreach"), "call")
                        if claim["is_outreach"]
                        else parts.badge(word("status", claim["last_status"]), "plain")
                        if claim["last_status"]
                        else None, className="claim-state",
                    ),
                    html.Div(_amount(claim), className="claim-amount"),
                ]
            ),
            html.Div(
                [
                    html.Ol(
                        [_answer(row) for row in sorted(answers, key=lambda r: r["condition_order"])],
                        className="checklist",
                    ),
                    html.Div(
                        [
                            parts.facts(money), *[html.P(note, className="note") for note in notes],
                            html.P(
                                [
                                    parts.link(t("claim.clause"), _to_clause(view, claim)), " · ",
                                    html.Span(source, className="quiet"),
                                ],
                                className="note",
                            ),
                        ],
                        className="claim-side",
                    ),
                ],
                className="claim-body",
            ),
        ],
        className=f"claim {claim['outcome']}", id=f"claim-{claim['claim_id']}", open=is_open,
    )


def _answer(row: Row) -> Any:
    values = [html.Span([html.Small(t("claim.seen")), row["value_seen"] or t("unknown")])]
    if row["value_needed"]:
        values.append(html.Span([html.Small(t("claim.needed")), row["value_needed"]]))
    return html.Li(
        [
            html.Span(
                parts.ANSWER_SIGNS.get(row["outcome"], "?"), className="answer-sign",
                title=word("answer", row["outcome"]),
            ),
            html.Div(
                [
                    html.Div(
                        [
                            html.Strong(row["says"]),
                            parts.badge(word("answer", row["outcome"]), f"answer-{row['outcome']}"),
                        ]
                    ),
                    html.Div(values, className="values"),
                    html.Div(row["reason"], className="why") if row["reason"] else None,
                    html.Div(
                        [
                            html.Q(row["quote"]) if row["quote"] else None,
                            parts.badge(
                                t("claim.by_default", id=row["decision_id"]), "decision", t("claim.by_default_note")
                            )
                            if row["decision_id"]
                            else None,
                        ],
                        className="ground",
                    ),
                ]
            ),
        ],
        className=f"answer {row['outcome']}",
    )


PAGE = Page(
    "firm", "/firms/<enterprise_id>", layout, tables=(CLAIMS, CONDITIONS, APPLICATIONS, PAYMENTS, EVENTS),
    filters=("measure", "year"), under="firms", kept=True, has_figures=True,
)
