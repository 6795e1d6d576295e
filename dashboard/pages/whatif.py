"""模拟: what would this change of the law cost, and for whom? The address holds the changes; all else follows from it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, html, no_update
from flask import g

from dashboard import acts, request
from dashboard.components import card, compared, empty, graph, parts, scenario_box
from dashboard.components import whatif_form as fields
from dashboard.components.short_table import short_table
from dashboard.errors import AnswerLate, Busy, EditRefused, LawBroken, NothingThere, ScenarioError
from dashboard.query import ask_one
from dashboard.summaries.whatif import cards, whatif
from dashboard.tables.links import to_clause
from dashboard.tables.outreach import named_clause
from dashboard.tables.whatif import ROLES, WHATIF_CLAUSES, WHATIF_DISTRICTS, WHATIF_FIRMS, WHATIF_MOVED, answer
from dashboard.text import t
from dashboard.view import View
from dashboard.whatif import Answer, Term, changed, find_scenario
from pipelines.base.scenarios import Scenario

dash.register_page(__name__, policy="one", path="/whatif", name="What if", order=7, icon="whatif", roles=ROLES)

MOST = 30
"""Changes an address has place for (view.FIELDS)."""
SHOWN = 20
"""Clauses in the figure."""
FIRST = 12
"""Rows of a table: its file has all of them. Each cell that comes has Dash look at the whole page."""
EVERY_TERM, EVERY_PANEL = {"type": "term", "key": ALL}, {"type": "terms", "key": ALL}


def layout() -> Any:
    view, scenario = _opened(request.view())
    head = parts.heading(t("page.whatif.title"), t("page.whatif.asks"))
    try:
        terms: list[Term] = g.whatif.terms(g.snapshot)
    except NothingThere:
        return [head, parts.state("no_whatif")]
    except LawBroken as broken:
        told = t("deliver.of_all_policies") if g.user.policies else str(broken)   # they may be of any policy
        return [head, _refused(told, "law_broken")]
    result, below = _result(view, terms)
    running = html.Div(t("whatif.running"), id="whatif-running", className="strip", hidden=True, role="status")
    return [
        head,
        html.Div([_form(view, terms, scenario), html.Div([running, html.Div(result, id="whatif-result")], className="whatif-result")], className="whatif"),
        html.Div(below, id="whatif-below"),
    ]  # fmt: skip


@callback(
    Output(EVERY_TERM, "error"), Output("whatif-terms", "value"), Output("whatif-told", "children"),
    Input("whatif-run", "n_clicks"), Input(EVERY_TERM, "n_submit"), State(EVERY_TERM, "value"), State(EVERY_TERM, "id"),
    State(EVERY_TERM, "error"), State("whatif-terms", "value"), State("here", "pathname"), State("here", "search"), prevent_initial_call=True,
)  # fmt: skip
def run(
    _: Any, __: Any, typed: list[Any], ids: list[dict[str, str]], told: list[Any], opened: list[str] | None, path: str, search: str | None
) -> Any:
    """Take what was typed into the address, in its shortest form; where something is wrong say so at its field and leave the rest as it is."""
    if dash.ctx.triggered[0]["value"] is None:  # fields came, nobody asked
        return [no_update] * len(ids), no_update, no_update
    view, scenario = _opened(request.opened(f"{path}{search or ''}"))
    known = {term["key"]: term for term in g.whatif.terms(g.snapshot)}
    keys = [one["key"] for one in ids]
    edits = changed(list(known.values()), {**view.edits, **{key: fields.typed(value) for key, value in zip(keys, typed, strict=True)}})
    unfit = fields.unfit(known, edits)
    errors = [_changed(fields.told(known.get(key), unfit.get(key)), was) for key, was in zip(keys, told, strict=True)]
    if unfit or len(edits) > MOST:
        said = t("whatif.n_wrong", n=len(unfit)) if unfit else t("whatif.too_many", n=len(edits), most=MOST)
        return errors, sorted({*(opened or ()), *(fields.panel_of(known[key]) for key in unfit if key in known)}), said
    # what a kept scenario holds needs no more than its id; without any change it is left
    kept = scenario is not None and edits == scenario.edits
    asked = view if edits else view.with_filter(scenario=None)
    dash.set_props("show", {"data": replace(asked, edits={} if kept else edits).here()})
    return errors, no_update, t("whatif.n_edits", n=len(edits)) if edits else ""


@callback(
    Output("whatif-result", "children"), Output("whatif-below", "children"), Output("whatif-scenarios", "children"), Output(EVERY_TERM, "value"),
    Input("filters", "data"), State(EVERY_TERM, "value"), State(EVERY_TERM, "id"), prevent_initial_call=True,
    running=[(Output("whatif-run", "loading"), True, False), (Output("whatif-running", "hidden"), False, True)],
)  # fmt: skip
def answered(address: str, typed: list[Any], ids: list[dict[str, str]]) -> Any:
    """The result of the address; a field that shows another value than the address follows it."""
    view, scenario = _opened(request.opened(address))
    terms: list[Term] = g.whatif.terms(g.snapshot)
    known, wanted = {term["key"]: term for term in terms}, fields.values_of(terms, view)
    values = [fields.shown(known[one["key"]], wanted[one["key"]]) if one["key"] in known else no_update for one in ids]
    box = scenario_box.box(view, terms, scenario)
    return *_result(view, terms), box, [_changed(value, was) for value, was in zip(values, typed, strict=True)]


def _changed(value: Any, was: Any) -> Any:
    """A property's value where it is another than the browser has: each that is set has Dash look at the whole page."""
    return no_update if value == (was or "") else value


@callback(
    Output(EVERY_PANEL, "children"), Output("whatif-filled", "data"), Input("whatif-terms", "value"), State(EVERY_PANEL, "id"),
    State("whatif-filled", "data"), State("here", "pathname"), State("here", "search"), prevent_initial_call=True,
)  # fmt: skip
def filled(opened: list[str] | None, ids: list[dict[str, str]], has: list[str] | None, path: str, search: str | None) -> Any:
    """The fields of a panel come when it is opened first: eighty of them at once are slow to draw."""
    view, _ = _opened(request.opened(f"{path}{search or ''}"))
    terms: list[Term] = g.whatif.terms(g.snapshot)
    shown, asked = ({panel for panel in map(fields.panel_of, terms) if isinstance(named, list) and panel in named} for named in (has, opened))
    wanted = asked - shown
    if not wanted:
        return [no_update] * len(ids), no_update
    panels = dict(fields.panels(terms, view, wanted))
    return [panels.get(str(one["key"])) or no_update for one in ids], sorted(shown | wanted)


clientside_callback(  # one for all of them: a callback each would have Dash look at the whole page some eighty times
    ClientsideFunction("softcity", "terms"),
    Output(EVERY_TERM, "value", allow_duplicate=True), Output({"type": "slider", "key": ALL}, "value"), Output({"type": "term-of", "key": ALL}, "className"),
    Output(EVERY_TERM, "error", allow_duplicate=True),
    Input(EVERY_TERM, "value"), Input({"type": "slider", "key": ALL}, "value"), Input({"type": "undo", "key": ALL}, "n_clicks"),
    State({"type": "undo", "key": ALL}, "value"), State({"type": "term-of", "key": ALL}, "className"), State(EVERY_TERM, "error"), prevent_initial_call=True,
)  # fmt: skip


def _opened(view: View) -> tuple[View, Scenario | None]:
    """A view with the changes of the scenario it names, where it brings none of its own; and that scenario."""
    named = view.get("scenario")
    try:
        scenario = find_scenario(named) if named else None
    except ScenarioError:
        return view, None
    return (replace(view, edits=dict(scenario.edits)) if scenario and not view.edits else view), scenario


def _form(view: View, terms: Sequence[Term], scenario: Scenario | None) -> Any:
    edits = changed(terms, view.edits)
    do = [
        dmc.Button(t("whatif.run"), id="whatif-run"), parts.link(t("whatif.reset"), view.to("/whatif"), "tool"),
        html.Span(t("whatif.n_edits", n=len(edits)) if edits else "", id="whatif-told", className="note", role="status"),
    ]  # fmt: skip
    return fields.form(view, terms, do=do, below=html.Div(scenario_box.box(view, terms, scenario), id="whatif-scenarios"))


@callback(
    Output("whatif-scenarios", "children", allow_duplicate=True),
    Input("scenario-save", "n_clicks"), Input("scenario-rename", "n_clicks"), Input({"type": "scenario-drop", "key": ALL}, "n_clicks"),
    State("scenario-name", "value"), State("scenario-note", "value"), State("scenarios-said", "data"), State("here", "pathname"), State("here", "search"),
    prevent_initial_call=True, running=[(Output("scenario-save", "loading"), True, False)],
)  # fmt: skip
def kept(_: Any, __: Any, ___: Any, name: Any, why: Any, said: Any, path: str, search: str | None) -> Any:
    """Keep the changes of the address under a name, rename an own scenario or take one from the list; then open what was kept."""
    if not dash.ctx.triggered[0]["value"]:  # the buttons came, nobody pressed one
        return no_update
    view, scenario = _opened(request.opened(f"{path}{search or ''}"))
    terms: list[Term] = g.whatif.terms(g.snapshot)
    pressed, seen = dash.ctx.triggered_id, said if isinstance(said, dict) else {}
    if isinstance(pressed, dict):
        key = str(pressed.get("key"))
        acts.delete_scenario(key, scenario_box.seen(seen, key))
        request.say(t("scenario.deleted"))
        shown = view.with_filter(scenario=None) if scenario and scenario.scenario_id == key else view
    else:
        own = scenario if scenario and (pressed == "scenario-rename" or scenario.name == str(name or "").strip()) else None
        edits = scenario.edits if scenario and pressed == "scenario-rename" else changed(terms, view.edits)
        kept_as = acts.save_scenario(str(name or ""), str(why or ""), edits, own.scenario_id if own else None, scenario_box.seen(seen, own.scenario_id) if own else None)
        request.say(t("scenario.kept"))
        shown = replace(view.with_filter(scenario=kept_as), edits={})
    dash.set_props("show", {"data": shown.here()})
    after, scenario = _opened(shown)
    return scenario_box.box(after, terms, scenario)


def _result(view: View, terms: Sequence[Term]) -> tuple[Any, Any]:
    """What stands beside the form, and the long tables below both."""
    known = {term["key"]: term for term in terms}
    edits = changed(terms, view.edits)
    if unfit := fields.unfit(known, edits):
        return _refused("\n".join(f"{_name(known.get(key), key)}：{fields.told(known.get(key), reason)}" for key, reason in unfit.items())), None
    if not edits:
        return parts.state("whatif_none"), None
    if ask_one("uptake").get("count_status") in ("unknown", "not_encoded"):  # no event came: nothing to count on either side
        return empty.empty("no_claims", "claims"), None
    try:
        found = answer(view)
    except EditRefused as refused:
        return _refused(str(refused)), None
    except Busy:
        return parts.state("whatif_busy"), None
    except AnswerLate:
        return parts.state("whatif_late"), None
    shown = [
        parts.sentence(*whatif(found, len(edits))), _stale(found), html.Div([parts.kpi(one) for one in cards(found)], className="kpis four"),
        *_figures(view),
    ]  # fmt: skip
    return shown, _below(view)


def _refused(words: str, why: str = "refused") -> Any:
    return html.Section(
        [html.H2(t(f"whatif.{why}")), *(html.P(line) for line in words.splitlines())], className="card refused",
        id="whatif-refused", role="alert",
    )  # fmt: skip


def _name(term: Term | None, key: str) -> str:
    return f"{term['clause_id'] or term['key']} {term['title']} {t('term.' + term['part'])}" if term else key


def _stale(found: Answer) -> Any:
    """The law on file may have been edited since the snapshot was built: then `before` is not what other pages show."""
    shown = ask_one("uptake").get("ceiling_yuan")
    if shown is None or shown == found["total"]["before"]["ceiling_yuan"]:
        return None
    return html.P(t("whatif.law_moved"), className="note doubt", id="whatif-law-moved")


def _figures(view: View) -> list[Any]:
    """Clauses before and after, firms and districts: what moves most first."""
    rows, _ = WHATIF_CLAUSES.fetch(View(view.path, view.filters, {}, view.edits), limit=1000)
    moved = [row for row in rows if row["change_ceiling_yuan"] or row["change_ceiling_before_overlap_yuan"]]
    firms, _ = WHATIF_FIRMS.fetch(view, limit=100_000)
    firms.sort(key=lambda row: -abs(row["change_yuan"]))
    drawn = graph.graph(
        "whatif_clauses_change", compared.dumbbell(moved[:SHOWN], named_clause, lambda row: str(to_clause(view, row))),
        t("figure.whatif_clauses_change.title"),
    ) if moved else parts.state("whatif_same")  # fmt: skip
    return [
        card.card("whatif_clauses_change", drawn, table=WHATIF_CLAUSES, view=view),
        card.card(
            "whatif_firms", short_table(WHATIF_FIRMS, view, rows=firms, cells=_signed("change_yuan"), empty="whatif_same", limit=FIRST),
            table=WHATIF_FIRMS, view=view,
        ),
        card.card(
            "whatif_districts", short_table(WHATIF_DISTRICTS, view, cells=_signed("change_ceiling_yuan"), empty="whatif_same"),
            table=WHATIF_DISTRICTS, view=view,
        ),
    ]  # fmt: skip


def _signed(*keys: str) -> dict[str, Any]:
    """Changes as cells: with their sign, all digits on hovering."""
    return {key: lambda row, key=key: parts.signed(row[key]) for key in keys}


def _below(view: View) -> list[Any]:
    """Claims that change sides, and each clause in detail. Short tables: a grid would ask by itself, beside the one run there is."""
    moved = short_table(WHATIF_MOVED, view, empty="whatif_none_moved", limit=FIRST)
    clauses = short_table(WHATIF_CLAUSES, view, cells=_signed("change_ceiling_before_overlap_yuan", "change_ceiling_yuan"), limit=FIRST)
    return [card.card("whatif_moved", moved, table=WHATIF_MOVED, view=view), card.card("whatif_clauses", clauses, table=WHATIF_CLAUSES, view=view)]
