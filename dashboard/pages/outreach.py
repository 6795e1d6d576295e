"""应享未享: whom do we call this week?"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import Input, Output, State, callback, dcc, html
from flask import g

from dashboard import acts, request, worklists
from dashboard.components import card, controls, empty, graph, grid, number, parts, tiles
from dashboard.components.short_table import short_table
from dashboard.errors import ActRefused, NothingThere
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.summaries.outreach import outreach, unreceived
from dashboard.tables.outreach import OUTREACH, OUTREACH_GROUPS, OUTREACH_PROGRESS, bound, contact, named_clause
from dashboard.text import t, word
from dashboard.view import View, checked
from pipelines.base.contacts import REASONS, STATES
from pipelines.base.decisions import CONTACTS, counted, of_matter
from pipelines.base.roles import ROLES

dash.register_page(
    __name__, policy="adds", path="/outreach", name="Outreach", order=5, icon="call", roles=ROLES, filters=("district", "park", "measure"),
    has_figures=True, has_grid=True,
)  # fmt: skip

grid.keep_chosen(OUTREACH)

ADDRESS = (State("here", "pathname"), State("here", "search"))


def layout() -> Any:
    view = request.view()
    sentence, nothing, is_empty, drawn, has_no_groups = _shown(view)
    above = dmc.Group(
        [
            *controls.of_clause(view.get("clause")), controls.select("amount", view.get("amount")), controls.select("hide", view.get("hide"), width=150),
            controls.select("assignee", view.get("assignee"), width=150), controls.segments("contact", view.get("contact")), *([_bulk()] if acts.may("contact") else []),
        ],
        className="local-filters",
    )  # fmt: skip
    rows = grid.grid(OUTREACH, view, height=620, act=t("outreach.act") if acts.may("contact") else "", select=acts.may("contact"))
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
        card.card("outreach_progress", html.Div(_progress(view), id="outreach-progress"), table=OUTREACH_PROGRESS, view=view),
        *([_form()] if acts.may("contact") else []),
    ]  # fmt: skip


@callback(
    {
        "shown": (
            Output("outreach-sentence", "children"), Output("outreach-empty", "children"), Output("outreach-rows", "hidden"),
            Output(graph.graph_id("outreach_groups"), "figure"), Output("outreach-groups", "hidden"),
        ),
        "progress": Output("outreach-progress", "children"), "exports": card.exports([OUTREACH_GROUPS, OUTREACH_PROGRESS]),
    },
    {"address": Input("filters", "data")}, prevent_initial_call=True,
)  # fmt: skip
def filtered(address: str) -> Any:
    view = request.opened(address)
    return {"shown": _shown(view), "progress": _progress(view), "exports": card.export_hrefs(view, [OUTREACH_GROUPS, OUTREACH_PROGRESS])}


def _progress(view: View) -> Any:
    """How far the calling is, by district."""
    return short_table(OUTREACH_PROGRESS, view, empty="no_rows", is_filtered=bool(view.values()))


def _bulk() -> Any:
    """What can be done with the rows that are ticked."""
    return dmc.Group([dcc.Store(id=grid.chosen_id(OUTREACH)), dmc.Button(t("audit.bulk"), id="outreach-bulk", size="xs", variant="light", disabled=True)], gap="xs")


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
        of = {"policy": row["policy_id"]} if g.snapshot.is_of_all else {}
        return tile(named_clause(row), [row], is_chosen, district=code, clause=None if is_chosen else row["clause_id"], **of)

    def of_district(code: str, rows: Sequence[Row]) -> tiles.Tile:
        is_chosen = view.get("district") == code
        return tile(rows[0]["district_name"] or t("unknown"), rows, is_chosen, clause=None, district=None if is_chosen else code)

    return tiles.treemap([(of_district(code, rows), [of_clause(code, row) for row in rows]) for code, rows in by_district.items()])


def _form() -> Any:
    """What is said of one claim, or of those that are ticked: called or not, how it ended, who calls next and when."""
    states = [{"value": state, "label": t(f"contact.{state}")} for state in STATES]
    reasons = [{"value": reason, "label": t(f"contact_reason.{reason}")} for reason in REASONS]
    fields = [
        dmc.Select(id="outreach-state", label=t("columns.contact_state"), data=states, clearable=True, placeholder=t("outreach.as_before"), w=150, clearButtonProps={"aria-label": t("filter.clear")}),
        dmc.Select(id="outreach-reason", label=t("columns.contact_reason"), data=reasons, clearable=True, w=200, clearButtonProps={"aria-label": t("filter.clear")}),
        dmc.Autocomplete(id="outreach-assignee", label=t("columns.assignee"), data=[], w=150, inputProps={"maxLength": worklists.NAME_LENGTH, "autoComplete": "off"}),
        dmc.DatePickerInput(id="outreach-next", label=t("columns.next_on"), valueFormat="YYYY-MM-DD", clearable=True, w=200, clearButtonProps={"aria-label": t("filter.clear")}),
    ]  # fmt: skip
    note = dmc.Textarea(id="outreach-note", label=t("outreach.note"), inputProps={"maxLength": acts.NOTE_LENGTH}, autosize=True, minRows=2, maxRows=8, mt="sm")
    save = dmc.Button(t("audit.save"), id="outreach-save", size="sm")
    body = [html.Div(id="outreach-claim"), dmc.Group(fields, align="end", mt="md"), note, dmc.Group([save], mt="md")]
    return html.Div(
        [
            dcc.Store(id="outreach-asked"),
            dmc.Modal(body, id="outreach-form", title=t("outreach.form"), centered=True, size="lg", closeButtonProps={"aria-label": t("outreach.close")}),
        ]
    )  # fmt: skip


def _about(ids: list[str]) -> tuple[Any, ...]:
    """The claims of a form, what it is based on, and what its fields hold at first. Raises NothingThere, ActRefused."""
    if len(ids) > worklists.MOST:
        raise ActRefused("too_many_rows", n=worklists.MOST)
    rows = {row["claim_id"]: row for row in ask("outreach", claims=checked("claims", ",".join(ids)))}
    if lacking := [one for one in ids if one not in rows]:
        raise NothingThere(lacking[0])
    said = counted(g.decisions, CONTACTS)
    names = sorted({row["assignee"] for row in ask("outreach_assignees")} | {g.user.name})
    based_on = {key: said[(key,)] for key in ids}
    if len(ids) > 1:
        firms = t("comma").join(dict.fromkeys(str(row["enterprise_name"]) for row in rows.values()))
        several = [(t("columns.outreach_count"), number.count(len(ids))), (t("columns.enterprise_name"), firms)]
        return parts.facts(several), based_on, None, None, "", names, None, ""
    row = rows[ids[0]]
    state = "contacted" if row["contact_state"] == "open" else row["contact_state"]
    return _claim(row), based_on, state, row["contact_reason"], row["assignee"] or "", names, row["next_on"] and str(row["next_on"]), ""


def _claim(row: Row) -> list[Any]:
    """One claim as its form shows it, and all that was said of it."""
    facts = [
        (t("columns.enterprise_name"), row["enterprise_name"]), (t("columns.clause_id"), named_clause(row)),
        (t("columns.net_ceiling_yuan"), bound(row)), (t("columns.doubts"), word("doubt", row["doubts"])), (t("outreach.last"), contact(row)),
    ]  # fmt: skip
    lines = [html.Li(_line(entry)) for entry in of_matter(g.decisions, CONTACTS, {"claim_id": row["claim_id"]})]
    return [parts.facts(facts), html.Ol(lines, className="history") if lines else None]


def _line(entry: Row) -> list[Any]:
    told = [
        word("contact_reason", entry["reason"]) if entry.get("reason") else "", t("outreach.of", who=entry["assignee"]) if entry.get("assignee") else "",
        t("outreach.next", day=entry["next_on"]) if entry.get("next_on") else "", entry.get("why") or "",
    ]  # fmt: skip
    words = t("semicolon").join(filter(None, told))
    return [html.Strong(word("contact", entry.get("state"))), f" {words}", html.Small(f"{number.moment(entry.get('when'))} {entry.get('who')}")]


FORM = (
    Output("outreach-form", "opened"), Output("outreach-claim", "children"), Output("outreach-asked", "data"), Output("outreach-state", "value"),
    Output("outreach-reason", "value"), Output("outreach-assignee", "value"), Output("outreach-assignee", "data"), Output("outreach-next", "value"),
    Output("outreach-note", "value"),
)  # fmt: skip


@callback(Output("outreach-bulk", "disabled"), Output("outreach-bulk", "children"), Input(grid.chosen_id(OUTREACH), "data"), *ADDRESS, prevent_initial_call=True)
def ticked(chosen: Any, path: str, search: str | None) -> Any:
    request.opened(f"{path}{search or ''}")
    count = len(chosen) if isinstance(chosen, list) else 0
    return not count, t("audit.bulk_of", n=count) if count else t("audit.bulk")


@callback(
    *FORM, Input(grid.grid_id("outreach"), "cellRendererData"), Input("outreach-bulk", "n_clicks"), State(grid.chosen_id(OUTREACH), "data"), *ADDRESS,
    prevent_initial_call=True,
)  # fmt: skip
def claim_chosen(clicked: Any, _: int | None, chosen: Any, path: str, search: str | None) -> Any:
    request.opened(f"{path}{search or ''}")
    if dash.ctx.triggered_id != "outreach-bulk":
        value = clicked.get("value") if isinstance(clicked, dict) else None
        chosen = [value.get("claim_id")] if isinstance(value, dict) else None
    return True, *_about(worklists.ids(chosen))


@callback(
    *(Output(one.component_id, one.component_property, allow_duplicate=True) for one in FORM),
    Input("outreach-save", "n_clicks"), State("outreach-asked", "data"), State("outreach-state", "value"), State("outreach-reason", "value"),
    State("outreach-assignee", "value"), State("outreach-next", "value"), State("outreach-note", "value"), *ADDRESS, prevent_initial_call=True,
    running=[(Output("outreach-save", "loading"), True, False)],
)  # fmt: skip
def contacted(_: int | None, asked: Any, state: Any, reason: Any, assignee: Any, next_on: Any, why: Any, path: str, search: str | None) -> Any:
    """Put it on record."""
    address = f"{path}{search or ''}"
    request.opened(address)
    said = worklists.based_on(asked)
    one = "" if len(said) == 1 else None   # of one claim an empty field says nothing more is planned; of several it leaves each as it is
    call = worklists.Call(state or None, assignee or one, next_on or one, reason or one, why)
    return request.on_record(lambda: worklists.contact(said, call), len(said), lambda: _about(list(said)), FORM, address)
