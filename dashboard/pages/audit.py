"""审计: which payments need a look?"""

from typing import Any

from flask import g

from dashboard.components import figure, filters, number, parts
from dashboard.components.elements import html
from dashboard.components.table import Column, Table
from dashboard.pages.page import Page
from dashboard.query import ask, ask_one
from dashboard.reader import Row
from dashboard.text import t
from dashboard.view import View

KINDS = filters.CODED["finding"]
LOOKED_FOR_IN = {"without_ground": "have_applications"} | dict.fromkeys(
    ("paid_not_eligible", "above_ceiling", "float_needs_approval", "paid_twice", "once_exceeded", "overlap_exceeded", "above_total",
     "paid_late", "paid_on_cancelled_title", "refund_above_paid", "below_floor"), "have_payments"
)
CUTS = ("district", "park", "clause", "measure", "year")


def _to_firm(view: View, row: Row) -> str | None:
    return view.to(f"/firms/{row['enterprise_id']}") if row["enterprise_id"] else None


def _to_clause(view: View, row: Row) -> str | None:
    return view.to(f"/measures/{row['clause_id']}") if row["clause_id"] else None


def _kind(row: Row) -> Any:
    return parts.badge(t(f"finding.{row['kind']}"), "risk" if row["severity"] == "error" else "doubt")


def _evidence(row: Row) -> Any:
    number_of = html.Small(f" {row['application_no']}") if row["application_no"] else None
    return html.Span([row["evidence"], number_of])


FINDINGS = Table(
    "audit", "audit",
    (
        Column("kind", cell=_kind, group="finding", title="finding"), Column("enterprise_name", href=_to_firm),
        Column("clause_id", href=_to_clause), Column("found_on", "day"), Column("at_stake_yuan", "yuan"),
        Column("amount_yuan", "yuan", title="paid_or_asked_yuan"), Column("ceiling_yuan", "yuan"),
        Column("floor_yuan", "yuan"), Column("other_award_yuan", "yuan"),
        Column("evidence", "words", cell=_evidence),
    ),
    sort="-at_stake_yuan", takes=("finding", *CUTS),
    also=(
        Column("outcome_reason", title="failed_condition"), Column("application_no", "code"), Column("title_zh"), Column("enterprise_id", "code"), Column("park_name"), Column("district_code"),
        Column("limit_yuan", "yuan"), Column("outcome", "outcome"), Column("last_status", group="status"),
        Column("qualified_on", "day"),
    ),
)

BY_KIND = Table(
    "audit_kinds", "audit_kinds",
    (
        Column("kind", group="finding", title="finding"), Column("finding_count", "count"),
        Column("enterprise_count", "count"), Column("at_stake_yuan", "yuan"), Column("new_finding_count", "count"),
    ),
    sort="-at_stake_yuan", takes=CUTS,
)


def layout(view: View) -> Any:
    rows = {row["kind"]: row for row in ask("audit_kinds", **view.values())}
    total = ask_one("audit_totals", **view.values())
    came = ask_one("received", **view.values())
    is_known = total["finding_count"] or came.get("have_payments", True)
    is_known_of_notes = total["note_count"] or came.get("have_payments", True)
    return [
        parts.heading(t("page.audit.title"), t("page.audit.asks")),
        parts.sentence(
            t("sentence.audit_head", day=g.snapshot.as_of),
            parts.strong(t("unit.n_claims", n=number.count(total["finding_count"] if is_known else None))),
            t("sentence.audit_yuan"), parts.money(total["paid_yuan"] or 0 if is_known else None),
            t("sentence.audit_short"), parts.money(total["short_yuan"] or 0 if is_known else None),
            t("sentence.audit_notes", n=number.count(total["note_count"] if is_known_of_notes else None)),
        ),
        figure.framed("audit_kinds", _by_kind(rows, came, view), table=BY_KIND, view=view, width="wide"),
        figure.table_card(
            "audit", FINDINGS, view, before=filters.local(("finding",), view),
            empty="no_findings" if came.get("have_payments", True) else "findings_unknown",
        ),
    ]


def _by_kind(rows: dict[str, Row], came: Row, view: View) -> Any:
    """A card for every kind, those with nothing too: nothing found is an answer, unless what it is looked for in never came."""
    top = max((row["at_stake_yuan"] or 0 for row in rows.values()), default=0) or 1
    chosen = view.get("finding")
    cards = []
    for kind in KINDS:
        found = 0 if came.get(LOOKED_FOR_IN.get(kind, ""), True) else None
        row = rows.get(kind, {"finding_count": found, "at_stake_yuan": found, "severity": "note"})
        body = [
            html.Span(t(f"finding.{kind}"), className="kpi-name"),
            html.Strong(number.count(row["finding_count"]), className="finding-count"),
            html.Span(parts.money(row["at_stake_yuan"]), className="kpi-foot"),
            html.Div(
                html.Div(style=f"width:{float(row['at_stake_yuan'] or 0) / float(top) * 100:.1f}%"),
                className="finding-bar",
            ),
        ]
        cards.append(
            html.Link(
                body, href=view.here(finding=None if chosen == kind else kind), id=f"finding-{kind}",
                className=f"finding-kind {row['severity'] if row['finding_count'] else 'none'}"
                + (" on" if chosen == kind else ""),
                title=t(f"finding_how.{kind}"),
            )
        )
    return html.Div(cards, className="finding-kinds")


PAGE = Page(
    "audit", "/audit", layout, tables=(FINDINGS, BY_KIND), filters=("district", "park", "measure", "year"),
    icon="audit", roles=("analyst", "auditor", "admin"), kept=True,
)
