"""应享未享: whom do we call this week?"""

from collections import defaultdict
from typing import Any

from flask import g

from dashboard import desk
from dashboard.acts import ACTS
from dashboard.components import figure, filters, form, number, parts
from dashboard.components.elements import html
from dashboard.components.frame import unreceived
from dashboard.components.table import Column, Table
from dashboard.components.treemap import Tile, treemap
from dashboard.pages.clause import to_firm
from dashboard.pages.page import Page
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.text import t
from dashboard.view import View


def _to_clause(view: View, row: Row) -> str:
    return view.to(f"/measures/{row['clause_id']}")


def _to_park(view: View, row: Row) -> str | None:
    return view.to(f"/parks/{row['park_id']}", park=None) if row["park_id"] else None


def bound(row: Row) -> Any:
    """The upper bound; a floor where the text sets one instead; what another claim of the firm leaves of it."""
    if row["floor_yuan"] is not None:
        return [html.Small(t("claim.floor")), parts.money(row["floor_yuan"])]
    if row["net_ceiling_yuan"] is None:  # eligible, so its base is known
        return html.Span(t("not_stated"), className="quiet")
    note = html.Small(t("outreach.superseded"), title=row["superseded_reason"]) if row["superseded_reason"] else None
    return [note, parts.money(row["net_ceiling_yuan"])]


def _said(claim_id: str) -> str:
    """How much was said of a claim, counted once for a page."""
    if "contacts_said" not in g:
        g.contacts_said = desk.counted(g.decisions, desk.CONTACTS)
    return str(g.contacts_said[(claim_id,)])


def _contact(row: Row) -> Any:
    """Whether the firm was called; whoever may call marks it here."""
    may = g.user.role in ACTS["contact"].roles
    if row["contacted_on"] is not None:
        said = t("outreach.contacted_by", day=number.day(row["contacted_on"])[5:], who=row["contacted_by"])
        again = (
            form.act(
                "contact", g.view, html.Button(t("outreach.reopen"), type="submit", className="tool"),
                claim=row["claim_id"], state="open", based_on=_said(row["claim_id"]),
            )
            if may
            else None
        )
        note = html.Small(row["contact_note"], className="contact-note") if row["contact_note"] else None
        return html.Div([html.Span([html.Span("✓ ", className="tick"), said]), again, note], className="contacted")
    if not may:
        return html.Span(t("outreach.open"), className="quiet")
    fields = [
        html.Textarea(name="why", rows=2, maxLength=200, placeholder=t("outreach.note"), title=t("outreach.note")),
        html.Button(t("outreach.mark"), type="submit", className="act"),
    ]
    return html.Details(
        [
            html.Summary(t("outreach.mark"), className="tool"),
            html.Div(
                form.act("contact", g.view, fields, claim=row["claim_id"], state="contacted", based_on=_said(row["claim_id"])),
                className="popover",
            ),
        ],
        className="how", id=f"contact-{row['claim_id']}",
    )


OUTREACH = Table(
    "outreach", "outreach",
    (
        Column("enterprise_name", href=to_firm),
        Column("clause_id", href=_to_clause, cell=lambda row: f"{row['clause_id']} {row['title_zh']}"),
        Column("net_ceiling_yuan", "yuan", cell=bound), Column("district_name"),
        Column("park_name", href=_to_park), Column("qualified_on", "day"),
        Column("days_since_qualified", "count"), Column("is_selective", "flag"),
        Column("credit_flags", group="credit_flag"), Column("contact", "picture", cell=_contact),
    ),
    sort="-net_ceiling_yuan", takes=("clause", "park", "district", "measure", "amount", "contact"), rows=20,
    also=(
        Column("title_zh"), Column("event_title"), Column("enterprise_id", "code"), Column("floor_yuan", "yuan"),
        Column("superseded_reason"), Column("contacted_on", "day"), Column("contacted_by"), Column("contact_note"),
    ),
)

GROUPS = Table(
    "outreach_groups", "outreach_groups",
    (
        Column("district_name"), Column("clause_id", cell=lambda row: row["clause_id"] or t("filter.all")),
        Column("title_zh"), Column("outreach_count", "count"), Column("enterprise_count", "count"), Column("outreach_yuan", "yuan"), Column("contacted_count", "count"),
    ),
    sort="-outreach_count", takes=OUTREACH.takes,
)


def layout(view: View) -> Any:
    groups = ask("outreach_groups", **view.values())
    whole = next((row for row in groups if row["clause_id"] is None), {})
    unknown = unreceived(view)
    return [
        parts.heading(t("page.outreach.title"), t("page.outreach.asks")),
        parts.sentence(unknown) if unknown and not whole.get("outreach_count") else _sentence(whole),
        figure.table_card(
            "outreach", OUTREACH, view, empty="outreach_unknown" if unknown else "no_outreach" if not view.values() else "no_rows",
            before=filters.local(("clause", "amount", "contact"), view),
        ),
        figure.framed(
            "outreach_groups", _map(groups, view), table=GROUPS, view=view, width="wide"
        )
        if whole.get("outreach_count")
        else None,
    ]


def _sentence(whole: Row) -> Any:
    return parts.sentence(
        t("sentence.outreach_head", day=g.snapshot.as_of, firms=number.count(whole.get("enterprise_count"))),
        parts.strong(t("unit.n_claims", n=number.count(whole.get("outreach_count")))), t("sentence.outreach_yuan"),
        parts.money(whole.get("outreach_yuan")), t("sentence.outreach_new", n=number.count(whole.get("new_count"))),
        parts.strong(
            t("unit.n_claims", n=number.count((whole.get("outreach_count") or 0) - (whole.get("contacted_count") or 0)))
        ),
        t("stop"),
    )


def _map(groups: list[Row], view: View) -> Any:
    by_district: dict[str, list[Row]] = defaultdict(list)
    for row in groups:
        if row["clause_id"] is not None:
            by_district[row["district_code"] or ""].append(row)

    def tile(name: str, rows: list[Row], is_chosen: bool, **chosen: str | None) -> Tile:
        count = sum(row["outreach_count"] for row in rows)
        yuan = sum(row["outreach_yuan"] or 0 for row in rows)
        words = t("outreach.tile", name=name, n=number.count(count), yuan=number.short_yuan(yuan))
        return Tile(name.split(" ")[0], count, view.here(**chosen), words, is_chosen)

    return treemap(
        [
            (
                tile(
                    rows[0]["district_name"] or t("unknown"), rows, view.get("district") == code, clause=None,
                    district=None if view.get("district") == code else code,
                ),
                [
                    tile(
                        f"{row['clause_id']} {row['title_zh']}", [row], view.get("clause") == row["clause_id"],
                        district=code, clause=None if view.get("clause") == row["clause_id"] else row["clause_id"],
                    )
                    for row in rows
                ],
            )
            for code, rows in by_district.items()
        ]
    )


PAGE = Page(
    "outreach", "/outreach", layout, tables=(OUTREACH, GROUPS), filters=("district", "park", "measure"), icon="call"
)
