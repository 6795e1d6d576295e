"""审计: which payments need a look?"""

from typing import Any

import dash
import dash_mantine_components as dmc
from dash import Input, Output, callback, html

from dashboard import request
from dashboard.components import card, controls, empty, grid, number, parts
from dashboard.filters import FILTERS
from dashboard.query import ask, ask_one
from dashboard.reader import Row
from dashboard.summaries.audit import audit
from dashboard.tables.audit import AUDIT, AUDIT_KINDS, ROLES
from dashboard.text import t
from dashboard.view import View

dash.register_page(
    __name__, path="/audit", name="Audit", order=6, icon="audit", roles=ROLES, filters=("district", "park", "measure", "year"), has_grid=True,
)  # fmt: skip


def layout() -> Any:
    view = request.view()
    sentence, kinds, nothing, is_empty = _shown(view)
    chosen = dmc.RadioGroup(
        html.Div(kinds, className="finding-kinds", id="audit-kinds"), id=controls.control_id("finding"), value=view.get("finding") or "", deselectable=True,
        **parts.aria(label=t("filter.finding")),
    )  # fmt: skip
    above = dmc.Group([controls.select("weight", view.get("weight")), controls.select("month", view.get("month"))], className="local-filters")
    rows = html.Div(grid.grid(AUDIT, view, height=640), id="audit-rows", hidden=is_empty)
    return [
        parts.heading(t("page.audit.title"), t("page.audit.asks")), html.Div(sentence, id="audit-sentence"),
        card.card("audit_kinds", chosen, table=AUDIT_KINDS, view=view),
        card.card("audit", [above, html.Div(nothing, id="audit-empty"), rows], table=AUDIT, view=view, tools=[grid.chooser(AUDIT)]),
    ]


@callback(
    {
        "shown": (
            Output("audit-sentence", "children"), Output("audit-kinds", "children"), Output("audit-empty", "children"), Output("audit-rows", "hidden"),
        ),
        "exports": card.exports([AUDIT_KINDS]),
    },
    {"address": Input("filters", "data")}, prevent_initial_call=True,
)  # fmt: skip
def filtered(address: str) -> Any:
    view = request.opened(address)
    return {"shown": _shown(view), "exports": card.export_hrefs(view, [AUDIT_KINDS])}


def _shown(view: View) -> tuple[Any, Any, Any, bool]:
    """What depends on the filters: the sentence, a card of each kind, why there are no rows, whether there are none."""
    rows = {row["kind"]: row for row in ask("audit_kinds", **view.values())}
    total, came = ask_one("audit_totals", **view.values()), ask_one("received", **view.values())
    chosen = view.get("finding")
    is_empty = not (rows.get(chosen) if chosen else rows)
    kind = "no_findings" if came.get("have_payments", True) else "findings_unknown"
    nothing = empty.empty(kind, "payments", is_filtered=bool(view.values())) if is_empty else None
    return parts.sentence(*audit(total, came)), _kinds(rows, came), nothing, is_empty


def _kinds(rows: dict[str, Row], came: Row) -> list[Any]:
    """A card for every kind, those with nothing too: nothing found is an answer, unless what it is looked for in never came."""
    top = max((row["at_stake_yuan"] or 0 for row in rows.values()), default=0) or 1
    made = []
    for kind in FILTERS["finding"].codes:
        found = 0 if came.get("have_applications" if kind == "without_ground" else "have_payments", True) else None
        row = rows.get(kind, {"finding_count": found, "at_stake_yuan": found, "severity": "note"})
        share = float(row["at_stake_yuan"] or 0) / float(top)
        body = [
            html.Span(t(f"finding.{kind}"), className="kpi-name"), html.Strong(number.count(row["finding_count"]), className="finding-count"),
            html.Span(parts.money(row["at_stake_yuan"]), className="kpi-foot"),
            html.Div(html.Div(style={"width": f"{share:.1%}"}), className="finding-bar"),
        ]  # fmt: skip
        name = f"finding-kind {row['severity'] if row['finding_count'] else 'none'}"
        made.append(html.Div(dmc.RadioCard(body, value=kind, id=f"finding-{kind}", className=name), title=t(f"finding_how.{kind}")))
    return made
