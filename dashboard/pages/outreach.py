"""应享未享: whom do we call this week?"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import Input, Output, State, callback, dcc, html, no_update
from flask import g

from dashboard import acts, request
from dashboard.components import card, controls, empty, graph, grid, number, parts, tiles
from dashboard.errors import DecidedMeanwhile, NothingThere
from dashboard.query import ask, ask_one
from dashboard.reader import Row
from dashboard.summaries.outreach import outreach, unreceived
from dashboard.tables.outreach import OUTREACH, OUTREACH_GROUPS, bound, contact, named_clause
from dashboard.text import t
from dashboard.view import View, checked
from pipelines.base.decisions import CONTACTS, of_matter
from pipelines.base.roles import ROLES

dash.register_page(
    __name__, path="/outreach", name="Outreach", order=5, icon="call", roles=ROLES, filters=("district", "park", "measure"),
    has_figures=True, has_grid=True,
)  # fmt: skip

ADDRESS = (State("here", "pathname"), State("here", "search"))


def layout() -> Any:
    view = request.view()
    sentence, nothing, is_empty, drawn, has_no_groups = _shown(view)
    above = dmc.Group(
        [controls.select("clause", view.get("clause"), width=220), controls.select("amount", view.get("amount")), controls.segments("contact", view.get("contact"))],
        className="local-filters",
    )  # fmt: skip
    rows = grid.grid(OUTREACH, view, height=620, act=t("outreach.act") if acts.may("contact") else "")
    return [
        parts.heading(t("page.outreach.title"), t("page.outreach.asks")), html.Div(sentence, id="outreach-sentence"),
        card.card(
            "outreach", [above, html.Div(nothing, id="outreach-empty"), html.Div(rows, id="outreach-rows", hidden=is_empty)],
            table=OUTREACH, view=view, tools=[grid.chooser(OUTREACH)],
        ),
        html.Div(
            card.card(
                "outreach_groups", graph.graph("outreach_groups", drawn, t("figure.outreach_groups.title")), table=OUTREACH_GROUPS, view=view,
            ),
            id="outreach-groups", hidden=has_no_groups,
        ),
        *([_form()] if acts.may("contact") else []),
    ]  # fmt: skip


@callback(
    {
        "shown": (
            Output("outreach-sentence", "children"), Output("outreach-empty", "children"), Output("outreach-rows", "hidden"),
            Output(graph.graph_id("outreach_groups"), "figure"), Output("outreach-groups", "hidden"),
        ),
        "exports": card.exports([OUTREACH_GROUPS]),
    },
    {"address": Input("filters", "data")}, prevent_initial_call=True,
)  # fmt: skip
def filtered(address: str) -> Any:
    view = request.opened(address)
    return {"shown": _shown(view), "exports": card.export_hrefs(view, [OUTREACH_GROUPS])}


def _shown(view: View) -> tuple[Any, Any, bool, Any, bool]:
    """What depends on the filters: sentence, why there are no rows, whether there are none, the treemap, whether it is empty."""
    groups = ask("outreach_groups", **view.values())
    whole: Row = next((row for row in groups if row["clause_id"] is None), {})
    unknown, count = unreceived(view), whole.get("outreach_count")
    kind = "outreach_unknown" if unknown else "no_outreach" if not view.values() else "no_rows"
    nothing = None if count else empty.empty(kind, "applications", is_filtered=bool(view.values()))
    return parts.sentence(*outreach(whole, unknown)), nothing, not count, _treemap(groups, view), not count


def _treemap(groups: Sequence[Row], view: View) -> Any:
    """Districts and in each its clauses, as large as their claims; a tile filters the page by what it stands for, or no more."""
    by_district: dict[str, list[Row]] = defaultdict(list)
    for row in groups:
        if row["clause_id"] is not None:
            by_district[row["district_code"] or ""].append(row)

    def tile(name: str, rows: Sequence[Row], is_chosen: bool, **chosen: str | None) -> tiles.Tile:
        count = sum(row["outreach_count"] for row in rows)
        words = t("outreach.tile", name=name, n=number.count(count), yuan=number.yuan(sum(row["outreach_yuan"] or 0 for row in rows)))
        return tiles.Tile(name.split(" ")[0], count, view.here(**chosen), words, is_chosen)

    def of_clause(code: str, row: Row) -> tiles.Tile:
        is_chosen = view.get("clause") == row["clause_id"]
        return tile(named_clause(row), [row], is_chosen, district=code, clause=None if is_chosen else row["clause_id"])

    def of_district(code: str, rows: Sequence[Row]) -> tiles.Tile:
        is_chosen = view.get("district") == code
        return tile(rows[0]["district_name"] or t("unknown"), rows, is_chosen, clause=None, district=None if is_chosen else code)

    return tiles.treemap([(of_district(code, rows), [of_clause(code, row) for row in rows]) for code, rows in by_district.items()])


def _form() -> Any:
    """What is said of one claim: marked as contacted with a note, or opened again."""
    mark, reopen = (
        dmc.Button(t(f"outreach.{key}"), id=f"outreach-{key}", size="sm", variant=variant)
        for key, variant in (("mark", "filled"), ("reopen", "default"))
    )
    note = dmc.Textarea(id="outreach-note", label=t("outreach.note"), inputProps={"maxLength": acts.NOTE_LENGTH}, autosize=True, minRows=3, maxRows=8, mt="sm")
    body = [html.Div(id="outreach-claim"), note, dmc.Group([mark, reopen], mt="md")]
    return html.Div(
        [
            dcc.Store(id="outreach-asked"),
            dmc.Modal(body, id="outreach-form", title=t("outreach.form"), centered=True, closeButtonProps={"aria-label": t("outreach.close")}),
        ]
    )  # fmt: skip


def _claim(claim_id: Any) -> tuple[Any, dict[str, Any], str, str]:
    """One claim as its form shows it, what the form is based on, and which of the two acts is for it. Raises NothingThere."""
    row = ask_one("outreach", claim=checked("claim", str(claim_id)))
    if not row:
        raise NothingThere(str(claim_id))
    is_open = row["contacted_on"] is None
    last = contact(row) + (f" · {row['contact_note']}" if row["contact_note"] else "")
    facts = [
        (t("columns.enterprise_name"), row["enterprise_name"]), (t("columns.clause_id"), named_clause(row)),
        (t("columns.net_ceiling_yuan"), bound(row)), (t("outreach.last"), last),
    ]  # fmt: skip
    said = of_matter(g.decisions, CONTACTS, {"claim_id": claim_id})
    return parts.facts(facts), {"claim": claim_id, "based_on": len(said)}, *(("block", "none") if is_open else ("none", "block"))


def _field(sent: Any, key: str) -> Any:
    """Out of what a browser sent, whatever that is."""
    return sent.get(key) if isinstance(sent, dict) else None


FORM = (
    Output("outreach-form", "opened"), Output("outreach-claim", "children"), Output("outreach-asked", "data"),
    Output("outreach-mark", "display"), Output("outreach-reopen", "display"), Output("outreach-note", "value"),
)  # fmt: skip


@callback(*FORM, Input(grid.grid_id("outreach"), "cellRendererData"), *ADDRESS, prevent_initial_call=True)
def claim_chosen(clicked: dict[str, Any], path: str, search: str | None) -> Any:
    request.opened(f"{path}{search or ''}")
    return True, *_claim(_field(_field(clicked, "value"), "claim_id")), ""


@callback(
    *(Output(one.component_id, one.component_property, allow_duplicate=True) for one in FORM),
    Input("outreach-mark", "n_clicks"), Input("outreach-reopen", "n_clicks"), State("outreach-asked", "data"), State("outreach-note", "value"),
    *ADDRESS, prevent_initial_call=True, running=[(Output("outreach-mark", "loading"), True, False)],
)  # fmt: skip
def contacted(_: int | None, __: int | None, asked: dict[str, Any], why: str | None, path: str, search: str | None) -> Any:
    """Put it on record. What another said meanwhile is shown, and the note stays: whoever wrote it decides anew."""
    address = f"{path}{search or ''}"
    request.opened(address)
    claim, based_on = _field(asked, "claim"), _field(asked, "based_on")
    state = "open" if dash.ctx.triggered_id == "outreach-reopen" else "contacted"
    try:
        acts.contact(str(claim), state, why, based_on if isinstance(based_on, int) else 0)
    except DecidedMeanwhile as error:
        request.say(request.refusal(error), "refused")
        shown = True, *_claim(claim), no_update
    else:
        request.say(t("outreach.marked" if state == "contacted" else "outreach.reopened"))
        shown = False, *[no_update] * 5
    dash.set_props("filters", {"data": address})
    return shown
