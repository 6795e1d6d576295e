"""审计: which payments need a look, and what became of each?"""

from typing import Any

import dash
import dash_mantine_components as dmc
from dash import Input, Output, State, callback, dcc, html
from flask import g

from dashboard import acts, findings, request, worklists
from dashboard.components import card, controls, empty, grid, number, parts
from dashboard.errors import ActRefused
from dashboard.filters import FILTERS
from dashboard.query import ask, ask_one
from dashboard.reader import Row
from dashboard.snapshot import ALL
from dashboard.summaries.audit import audit, states
from dashboard.tables.accounts import EXPORT_LOG, EXPORT_READERS
from dashboard.tables.audit import AUDIT, AUDIT_GONE, AUDIT_KINDS, AUDIT_STATES, ROLES
from dashboard.text import t, word
from dashboard.view import View, address
from pipelines.base.decisions import FINDINGS, counted
from pipelines.base.findings import BUILD, STATES

dash.register_page(
    __name__, policy="adds", path="/audit", name="Audit", order=6, icon="audit", roles=ROLES, filters=("district", "park", "measure", "year"), has_grid=True,
)  # fmt: skip
grid.keep_chosen(AUDIT)

ADDRESS = (State("here", "pathname"), State("here", "search"))


def layout() -> Any:
    view = request.view()
    sentence, kinds, nothing, is_empty, no_gone = _shown(view)
    chosen = dmc.RadioGroup(
        html.Div(kinds, className="finding-kinds", id="audit-kinds"), id=controls.control_id("finding"), value=view.get("finding") or "", deselectable=True,
        **parts.aria(label=t("filter.finding")),
    )  # fmt: skip
    above = dmc.Group([controls.select(key, view.get(key), width=140) for key in ("finding_status", "owner", "weight", "month")] + [_bulk(view)], className="local-filters")
    act = t("audit.act" if acts.may("finding") else "audit.look")
    rows = html.Div(grid.grid(AUDIT, view, height=640, act=act, select=True), id="audit-rows", hidden=is_empty)
    gone = card.card("audit_gone", grid.grid(AUDIT_GONE, view, height=280, act=act), table=AUDIT_GONE, view=view)
    return [
        parts.heading(t("page.audit.title"), t("page.audit.asks")), html.Div(sentence, id="audit-sentence"), _of_no_policy(view),
        card.card("audit_kinds", chosen, table=AUDIT_KINDS, view=view),
        card.card("audit", [above, html.Div(nothing, id="audit-empty"), rows], table=AUDIT, view=view, tools=[*card.files(AUDIT_STATES, view), grid.chooser(AUDIT)]),
        html.Div(gone, id="audit-gone", hidden=no_gone), *([_exports(view)] if g.user.role in EXPORT_READERS else []), _form(),
    ]  # fmt: skip


def _of_no_policy(view: View) -> Any:
    """Where findings stand that belong to no policy, on a page of one."""
    if g.snapshot.with_none or not g.snapshot.can_add:
        return None
    return html.P([t("audit.of_no_policy"), parts.link(t("filter.all_policies"), view.here(policy=ALL)), t("stop")], className="note")


@callback(
    {
        "shown": (
            Output("audit-sentence", "children"), Output("audit-kinds", "children"), Output("audit-empty", "children"), Output("audit-rows", "hidden"),
            Output("audit-gone", "hidden"),
        ),
        "exports": card.exports([AUDIT_KINDS]),
    },
    {"asked": Input("filters", "data")}, prevent_initial_call=True,
)  # fmt: skip
def filtered(asked: str) -> Any:
    view = request.opened(asked)
    return {"shown": _shown(view), "exports": card.export_hrefs(view, [AUDIT_KINDS])}


def _shown(view: View) -> tuple[Any, Any, Any, bool, bool]:
    """What depends on the filters: the sentence, a card of each kind, why there are no rows, whether there are none, whether none are gone."""
    rows = {row["kind"]: row for row in ask("audit_kinds", **view.values())}
    total, came = ask_one("audit_totals", **view.values()), ask_one("received", **view.values())
    is_empty, gone = not AUDIT.fetch(view, limit=1)[1], findings.gone()
    kind = "no_findings" if came.get("have_payments", True) else "findings_unknown"
    nothing = empty.empty(kind, "payments", is_filtered=bool(view.values())) if is_empty else None
    told = [parts.sentence(*audit(total, came)), parts.sentence(*states(ask("audit_states", **view.values()), len(gone)), name="audit-states")]
    return told, _kinds(rows, came), nothing, is_empty, not gone


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


def _bulk(view: View) -> Any:
    """What can be done with the rows that are ticked."""
    button = dmc.Button(t("audit.bulk"), id="audit-bulk", size="xs", variant="light", disabled=True, display=None if acts.may("finding") else "none")
    pack = html.A(t("evidence.pack"), id="audit-pack", href=_pack(view), className="tool", title=t("evidence.pack_title"))
    return dmc.Group([dcc.Store(id=grid.chosen_id(AUDIT)), button, pack], gap="xs")


def _exports(view: View) -> Any:
    """Who took what out of this system, and cut how."""
    chosen = dmc.Group([controls.select("who", view.get("who"), width=160), controls.day(view.get("day"))], className="local-filters")
    return card.card("export_log", [chosen, grid.grid(EXPORT_LOG, view, height=360, pin=False)], table=EXPORT_LOG, view=view, source="accounts", tools=[grid.chooser(EXPORT_LOG)])


def _form() -> Any:
    """What is known and was said of one finding, or of those that are ticked; whoever may, says more."""
    kinds = [{"value": state, "label": t(f"finding_status.{state}")} for state in STATES]
    fields = [
        dmc.Group(
            [
                dmc.Select(id="audit-state", label=t("filter.finding_status"), data=kinds, allowDeselect=False, w=160),
                dmc.Autocomplete(id="audit-owner", label=t("columns.owner"), data=[], w=200, inputProps={"maxLength": worklists.NAME_LENGTH, "autoComplete": "off"}),
            ],
            align="end", mt="md",
        ),
        dmc.Textarea(id="audit-note", label=t("audit.note"), inputProps={"maxLength": acts.NOTE_LENGTH}, autosize=True, minRows=2, maxRows=6, mt="sm"),
        dmc.Group([dmc.Button(t("audit.save"), id="audit-save", size="sm")], mt="md"),
    ]  # fmt: skip
    body = [html.Div(id="audit-finding"), html.Div(fields, hidden=not acts.may("finding"))]
    modal = dmc.Modal(body, id="audit-form", title=t("audit.form"), centered=True, size="lg", closeButtonProps={"aria-label": t("outreach.close")})
    return html.Div([dcc.Store(id="audit-asked"), modal])


FORM = (
    Output("audit-form", "opened"), Output("audit-finding", "children"), Output("audit-asked", "data"), Output("audit-state", "value"),
    Output("audit-owner", "value"), Output("audit-owner", "data"), Output("audit-note", "value"),
)  # fmt: skip


def _about(ids: list[str]) -> tuple[Any, dict[str, int], str | None, str, list[str], str]:
    """The findings of a form, what it is based on, and what its fields hold at first."""
    if len(ids) > worklists.MOST:
        raise ActRefused("too_many_rows", n=worklists.MOST)
    rows, said = findings.found(ids), counted(g.decisions, FINDINGS)
    body = _one(rows[0]) if len(rows) == 1 else _several(rows)
    owners = {row["owner"] or "" for row in rows}
    states = {row["status"] for row in rows}
    state = states.pop() if len(states) == 1 else None
    names = sorted({row["owner"] for row in ask("audit_owners")} | {g.user.name})
    return body, {key: said[(key,)] for key in ids}, state if state in STATES else None, owners.pop() if len(owners) == 1 else "", names, ""


def _one(row: Row) -> list[Any]:
    facts = [
        (t("columns.finding"), t(f"finding.{row['kind']}")), (t("columns.finding_status"), t(f"finding_status.{row['status']}")),
        (t("columns.enterprise_name"), row["enterprise_name"] or t("none")), (t("columns.clause_id"), f"{row['clause_id'] or t('none')} {row.get('title_zh') or ''}"),
        (t("columns.application_no"), row["application_no"] or t("none")), (t("columns.payment_nos"), row.get("payment_nos") or t("none")),
        (t("columns.paid_or_asked_yuan"), parts.money(row["amount_yuan"])), (t("columns.limit_yuan"), parts.money(row["limit_yuan"])),
        (t("columns.at_stake_yuan"), parts.money(row["at_stake_yuan"])), (t("columns.evidence"), row["evidence"]),
    ]  # fmt: skip
    lines = [html.Li(_line(entry)) for entry in findings.history(row["finding_id"])]
    said = html.Ol(lines, className="history") if lines else html.P(t("audit.nothing_said"), className="note")
    return [parts.facts(facts), html.H3(t("audit.history")), said]


def _line(entry: Row) -> list[Any]:
    """One word on a finding, or what a build saw of it."""
    told = t(f"finding_seen.{entry['seen']}", day=entry.get("as_of")) if entry.get("seen") else word("finding_status", entry.get("state"))
    owner = t("audit.of_owner", owner=entry["owner"]) if entry.get("owner") else ""
    who = t("audit.build") if entry.get("who") == BUILD else entry.get("who")
    stake = t("audit.then", yuan=number.yuan(entry["at_stake_yuan"]), snapshot=entry.get("snapshot_id")) if entry.get("at_stake_yuan") else ""
    return [html.Strong(told), f" {owner}{entry.get('why') or ''}", html.Small(f"{number.moment(entry.get('when'))} {who}{stake}")]


def _several(rows: list[Row]) -> list[Any]:
    firms = t("comma").join(dict.fromkeys(str(row["enterprise_name"] or t("unknown")) for row in rows))
    return [parts.facts([(t("columns.finding_count"), number.count(len(rows))), (t("columns.enterprise_name"), firms)])]


@callback(
    Output("audit-bulk", "disabled"), Output("audit-bulk", "children"), Output("audit-pack", "href"), Output("audit-pack", "children"),
    Input(grid.chosen_id(AUDIT), "data"), Input("filters", "data"), prevent_initial_call=True,
)  # fmt: skip
def ticked(chosen: Any, asked: str) -> Any:
    view = request.opened(asked)
    ids = worklists.ids(chosen)[: worklists.MOST] if chosen else []
    pack = (_pack(view.with_filter(findings=",".join(ids))), t("evidence.pack_of", n=len(ids))) if ids else (_pack(view), t("evidence.pack"))
    return not ids, t("audit.bulk_of", n=len(ids)) if ids else t("audit.bulk"), *pack


def _pack(view: View) -> str:
    """The address of the evidence pack of the findings that are ticked, else of those the filters leave."""
    return address("/export/evidence/findings.zip", view.filters)


@callback(
    *FORM, Input(grid.grid_id("audit"), "cellRendererData"), Input(grid.grid_id("audit_gone"), "cellRendererData"), Input("audit-bulk", "n_clicks"),
    State(grid.chosen_id(AUDIT), "data"), *ADDRESS, prevent_initial_call=True,
)  # fmt: skip
def opened(row: Any, gone: Any, _: int | None, chosen: Any, path: str, search: str | None) -> Any:
    request.opened(f"{path}{search or ''}")
    if dash.ctx.triggered_id != "audit-bulk":
        clicked = gone if dash.ctx.triggered_id == grid.grid_id("audit_gone") else row
        value = clicked.get("value") if isinstance(clicked, dict) else None
        chosen = [value.get("finding_id")] if isinstance(value, dict) else None
    return True, *_about(worklists.ids(chosen))


@callback(
    *(Output(one.component_id, one.component_property, allow_duplicate=True) for one in FORM),
    Input("audit-save", "n_clicks"), State("audit-asked", "data"), State("audit-state", "value"), State("audit-owner", "value"),
    State("audit-note", "value"), *ADDRESS, prevent_initial_call=True, running=[(Output("audit-save", "loading"), True, False)],
)  # fmt: skip
def settled(_: int | None, asked: Any, state: Any, owner: Any, why: Any, path: str, search: str | None) -> Any:
    """Put it on record."""
    here = f"{path}{search or ''}"
    request.opened(here)
    said = worklists.based_on(asked)
    if not isinstance(state, str):
        raise ActRefused("state_missing")
    return request.on_record(lambda: worklists.settle_findings(said, state, owner, why), len(said), lambda: _about(list(said)), FORM, here)
