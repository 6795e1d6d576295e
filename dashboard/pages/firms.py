"""企业: find a firm by name, former name or code."""

from typing import Any

from flask import g

from dashboard.components import figure, filters, number, parts
from dashboard.components.elements import html
from dashboard.components.table import Column, Table
from dashboard.pages.clause import to_firm
from dashboard.pages.page import Page
from dashboard.reader import Row
from dashboard.text import t
from dashboard.view import View


def _name(row: Row) -> Any:
    former = (
        html.Small(t("firm.former", names=row["former_names"]), className="former") if row["former_names"] else None
    )
    return html.Span([row["enterprise_name"], former])


FIRMS = Table(
    "firm_list", "firm_list",
    (
        Column("enterprise_name", href=to_firm, cell=_name), Column("enterprise_id", "code"), Column("district_name"),
        Column("park_name"), Column("registered_on", "day"), Column("registration_status"),
        Column(
            "software_outcome",
            cell=lambda row: parts.badge(t(f"software.{row['software_outcome']}"), f"answer-{row['software_outcome']}"),
            group="software",
        ),
        Column("claim_count", "count"), Column("credit_flags", group="credit_flag"),
    ),
    sort="-claim_count", takes=("q", "district", "park", "software"),
)


def layout(view: View) -> Any:
    _, found = FIRMS.page(view)
    words = t("sentence.firms_search", q=view.get("q")) if view.get("q") else t("sentence.firms_all")
    return [
        parts.heading(t("page.firms.title"), t("page.firms.asks")),
        parts.sentence(
            t("sentence.as_of", day=g.snapshot.as_of), words, parts.strong(t("unit.n_firms", n=number.count(found))),
            t("stop"),
        ),
        figure.table_card(
            "firm_list", FIRMS, view, source="registrations", empty="no_firms",
            before=filters.local(("software",), view, search=True),
        ),
    ]


PAGE = Page("firms", "/firms", layout, tables=(FIRMS,), filters=("district", "park"), icon="firm", kept=True)
