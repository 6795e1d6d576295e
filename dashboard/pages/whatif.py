"""模拟: what would this change of the law cost, and for whom? The address holds the changes; all else follows from it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html, no_update
from flask import g

from dashboard import request
from dashboard.components import card, compared, empty, graph, parts
from dashboard.components.short_table import short_table
from dashboard.errors import AnswerLate, Busy, EditRefused, NothingThere
from dashboard.query import ask_one
from dashboard.summaries.whatif import cards, whatif
from dashboard.tables.links import to_clause
from dashboard.tables.outreach import named_clause
from dashboard.tables.whatif import ROLES, WHATIF_CLAUSES, WHATIF_DISTRICTS, WHATIF_FIRMS, WHATIF_MOVED, answer
from dashboard.text import t, word
from dashboard.view import View
from dashboard.whatif import Answer, Term, changed, plain, wrong

dash.register_page(__name__, path="/whatif", name="What if", order=7, icon="whatif", roles=ROLES)

MOST = 30
"""Changes an address has place for (view.FIELDS)."""
SHOWN = 20
"""Clauses in the figure."""
FIRST = 12
"""Rows of a table: its file has all of them. Each cell that comes has Dash look at the whole page."""
EVERY_TERM, EVERY_PANEL = {"type": "term", "key": ALL}, {"type": "terms", "key": ALL}


def layout() -> Any:
    view = request.view()
    head = parts.heading(t("page.whatif.title"), t("page.whatif.asks"))
    try:
        terms: list[Term] = g.whatif.terms(g.snapshot.document)
    except NothingThere:
        return [head, parts.state("no_whatif")]
    except EditRefused as refused:
        return [head, _refused(str(refused))]
    result, below = _result(view, terms)
    running = html.Div(t("whatif.running"), id="whatif-running", className="strip", hidden=True, role="status")
    return [
        head,
        html.Div([_form(view, terms), html.Div([running, html.Div(result, id="whatif-result")], className="whatif-result")], className="whatif"),
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
    view = request.opened(f"{path}{search or ''}")
    known = {term["key"]: term for term in g.whatif.terms(g.snapshot.document)}
    keys = [one["key"] for one in ids]
    edits = changed(list(known.values()), {**view.edits, **{key: str(value or "") for key, value in zip(keys, typed, strict=True)}})
    unfit = _unfit(known, edits)
    errors = [_changed(_told(known.get(key), unfit.get(key)), was) for key, was in zip(keys, told, strict=True)]
    if unfit or len(edits) > MOST:
        said = t("whatif.n_wrong", n=len(unfit)) if unfit else t("whatif.too_many", n=len(edits), most=MOST)
        return errors, sorted({*(opened or ()), *(_panel(known[key]) for key in unfit if key in known)}), said
    dash.set_props("show", {"data": View(view.path, view.filters, view.tables, edits).here()})
    return errors, no_update, t("whatif.n_edits", n=len(edits)) if edits else ""


@callback(
    Output("whatif-result", "children"), Output("whatif-below", "children"), Output(EVERY_TERM, "value"),
    Input("filters", "data"), State(EVERY_TERM, "value"), State(EVERY_TERM, "id"), prevent_initial_call=True,
    running=[(Output("whatif-run", "loading"), True, False), (Output("whatif-running", "hidden"), False, True)],
)  # fmt: skip
def answered(address: str, typed: list[Any], ids: list[dict[str, str]]) -> Any:
    """The result of the address; a field that shows another value than the address follows it."""
    view = request.opened(address)
    terms: list[Term] = g.whatif.terms(g.snapshot.document)
    wanted = _values(terms, view)
    fields = [wanted.get(one["key"], no_update) for one in ids]
    return *_result(view, terms), [_changed(value, was) for value, was in zip(fields, typed, strict=True)]


def _changed(value: Any, was: Any) -> Any:
    """A property's value where it is another than the browser has: each that is set has Dash look at the whole page."""
    return no_update if value == (was or "") else value


@callback(
    Output(EVERY_PANEL, "children"), Output("whatif-filled", "data"), Input("whatif-terms", "value"), State(EVERY_PANEL, "id"),
    State("whatif-filled", "data"), State("here", "pathname"), State("here", "search"), prevent_initial_call=True,
)  # fmt: skip
def filled(opened: list[str] | None, ids: list[dict[str, str]], has: list[str] | None, path: str, search: str | None) -> Any:
    """The fields of a panel come when it is opened first: eighty of them at once are slow to draw."""
    view = request.opened(f"{path}{search or ''}")
    terms: list[Term] = g.whatif.terms(g.snapshot.document)
    shown, asked = ({panel for panel in map(_panel, terms) if isinstance(named, list) and panel in named} for named in (has, opened))
    wanted = asked - shown
    if not wanted:
        return [no_update] * len(ids), no_update
    panels = dict(_panels(terms, view, wanted))
    return [panels.get(str(one["key"])) or no_update for one in ids], sorted(shown | wanted)


clientside_callback(  # one for all of them: a callback each would have Dash look at the whole page some eighty times
    ClientsideFunction("softcity", "terms"),
    Output(EVERY_TERM, "value", allow_duplicate=True), Output({"type": "slider", "key": ALL}, "value"), Output({"type": "term-of", "key": ALL}, "className"),
    Output(EVERY_TERM, "error", allow_duplicate=True),
    Input(EVERY_TERM, "value"), Input({"type": "slider", "key": ALL}, "value"), Input({"type": "undo", "key": ALL}, "n_clicks"),
    State({"type": "undo", "key": ALL}, "value"), State({"type": "term-of", "key": ALL}, "className"), State(EVERY_TERM, "error"), prevent_initial_call=True,
)  # fmt: skip


def _unfit(known: Mapping[str, Term], edits: Mapping[str, str]) -> dict[str, str]:
    """Why edits cannot be, by term key: keys under whatif.wrong in text/."""
    found = {key: wrong(known[key], value) if key in known else "term" for key, value in edits.items()}
    return {key: reason for key, reason in found.items() if reason}


def _values(terms: Sequence[Term], view: View) -> dict[str, str]:
    """What stands in the fields: the address's value, else the text's."""
    return {term["key"]: plain(term, str(view.edits.get(term["key"], term["value"]))) for term in terms}


def _result(view: View, terms: Sequence[Term]) -> tuple[Any, Any]:
    """What stands beside the form, and the long tables below both."""
    known = {term["key"]: term for term in terms}
    edits = changed(terms, view.edits)
    if unfit := _unfit(known, edits):
        return _refused("\n".join(f"{_name(known.get(key), key)}：{_told(known.get(key), reason)}" for key, reason in unfit.items())), None
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


def _refused(words: str) -> Any:
    return html.Section(
        [html.H2(t("whatif.refused")), *(html.P(line) for line in words.splitlines())], className="card refused",
        id="whatif-refused", role="alert",
    )  # fmt: skip


def _told(term: Term | None, reason: str | None) -> str:
    """What is wrong with a value, in words; nothing of what is right."""
    low, high = (term or {}).get("bounds") or ("", "")
    return t(f"whatif.wrong.{reason}", low=low, high=high) if reason else ""


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


def _form(view: View, terms: Sequence[Term]) -> Any:
    """Every term with the text's value beside it: decisions first, then clauses by measure. Panels that are closed are filled when opened."""
    known = {term["key"]: term for term in terms}
    edits = changed(terms, view.edits)
    opened = {_panel(terms[0]), *(_panel(known[key]) for key in edits if key in known)} if terms else set()
    rows = dict(_panels(terms, view, opened))
    panels = []
    for panel, of_panel in groupby(terms, key=_panel):
        first = next(of_panel)
        title = f"{first['measure_no']} {first['measure_title']}" if first["measure_no"] else t("whatif.decisions")
        body = html.Div(rows.get(panel, []), id={"type": "terms", "key": panel})
        panels.append(dmc.AccordionItem([dmc.AccordionControl(title), dmc.AccordionPanel(body)], value=panel))
    do = [
        dmc.Button(t("whatif.run"), id="whatif-run"), parts.link(t("whatif.reset"), view.to("/whatif"), "tool"),
        html.Span(t("whatif.n_edits", n=len(edits)) if edits else "", id="whatif-told", className="note", role="status"),
    ]  # fmt: skip
    return html.Section(
        [
            html.Div(do, className="whatif-do"), dmc.Accordion(panels, id="whatif-terms", order=2, multiple=True, value=sorted(opened)),
            dcc.Store(id="whatif-filled", data=sorted(opened)),
        ],
        className="card whatif-form", id="whatif-form",
    )  # fmt: skip


def _panels(terms: Sequence[Term], view: View, wanted: Collection[str]) -> Iterator[tuple[str, list[Any]]]:
    """The fields of some panels, by clause, with the address's values."""
    known = {term["key"]: term for term in terms}
    edits, values = changed(terms, view.edits), _values(terms, view)
    unfit = _unfit(known, edits)
    for panel, of_panel in groupby(terms, key=_panel):
        if panel not in wanted:
            continue
        rows: list[Any] = []
        for clause_id, of_clause in groupby(of_panel, key=lambda term: term["clause_id"]):
            fields = list(of_clause)
            if clause_id:
                rows.append(html.H3(f"{clause_id} {fields[0]['title']}", title=fields[0]["quote"]))
            rows += [_field(term, values[term["key"]], term["key"] in edits, unfit.get(term["key"])) for term in fields]
        yield panel, rows


def _panel(term: Term) -> str:
    return f"m{term['measure_no'] or 0}"


def _field(term: Term, value: str, is_edited: bool, reason: str | None) -> Any:
    """One term: its name, a box with the value in force, a slider where it is a figure, and what the text says."""
    key = term["key"]
    says = term["says"] if term["part"] in ("threshold", "band", "cap_by_grade") else ""
    name = f"{key} {term['title']}" if term["part"] == "decision" else says or t(f"term.{term['part']}")
    told: dict[str, Any] = {
        "id": {"type": "term", "key": key}, "value": value, "label": html.Span(name, title=term["says"]), "error": _told(term, reason), "size": "xs",
    }  # fmt: skip
    box: Any
    if term["unit"] == "choice":
        box = dmc.Select(**told, data=[{"value": option, "label": word("option", option)} for option in term["options"]], allowDeselect=False)
    else:
        box = dmc.TextInput(**told, rightSection=html.Small(t(f"term_unit.{term['unit']}")), rightSectionWidth=44, inputProps={"maxLength": 24}, autoComplete="off")
    return html.Div(
        [
            box, dmc.Slider(id={"type": "slider", "key": key}, size="xs", label=None, **_range(term, value), thumbLabel=name),
            html.Small(
                [
                    t("whatif.text", value=_worded(term)),
                    html.Button(t("whatif.undo"), type="button", id={"type": "undo", "key": key}, value=plain(term, term["value"]), className="plain undo"),
                ],
                className="of-text",
            ),
        ],
        id={"type": "term-of", "key": key}, className="term edited" if is_edited else "term",
    )  # fmt: skip


def _range(term: Term, value: str) -> dict[str, Any]:
    """Of a slider: from nothing to three times the text, within the term's bounds. What is no figure has none."""
    if term["bounds"] is None:
        return {"display": "none"}
    low, high = term["bounds"]
    shown = float(term["value"]) if wrong(term, value) else float(value)
    top = min(high, max(float(term["value"]) * 3, shown, 1))
    return {"min": low, "max": top, "step": 1 if top >= 10 else 0.1, "value": shown}


def _worded(term: Term) -> str:
    value = term["value"]
    return word("option", value) if term["unit"] == "choice" else f"{value} {t('term_unit.' + term['unit'])}".strip()
