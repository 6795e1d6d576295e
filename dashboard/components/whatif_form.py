"""The form of a what-if: every term with the text's value beside it, in panels by measure that are filled when they are opened."""

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component
from flask import g

from dashboard.query import ask
from dashboard.text import t, word
from dashboard.view import View
from dashboard.whatif import Term, changed, plain, wrong


def values_of(terms: Sequence[Term], view: View) -> dict[str, str]:
    """What stands in the fields: the address's value, else the text's."""
    return {term["key"]: plain(term, str(view.edits.get(term["key"], term["value"]))) for term in terms}


def unfit(known: dict[str, Term], edits: dict[str, str]) -> dict[str, str]:
    """Why changes cannot be asked for, by term: keys of whatif.wrong in text/."""
    found = {key: "term" if key not in known else wrong(known[key], value) for key, value in edits.items()}
    return {key: reason for key, reason in found.items() if reason}


def told(term: Term | None, reason: str | None) -> str:
    """What is wrong with a value, in words; nothing of what is right."""
    low, high = (term or {}).get("bounds") or ("", "")
    return t(f"whatif.wrong.{reason}", low=low, high=high) if reason else ""


def shown(term: Term, value: str) -> Any:
    """A value as its field holds it: of districts a list."""
    return value.split(",") if term["unit"] == "districts" else value


def typed(value: Any) -> str:
    """What a field sent as text, as an address holds it."""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value or "")


def form(view: View, terms: Sequence[Term], *, do: Sequence[Component], below: Component | None) -> Any:
    """Decisions first, then clauses by measure; `do` are the buttons on top."""
    known = {term["key"]: term for term in terms}
    edits = changed(terms, view.edits)
    opened = {panel_of(terms[0]), *(panel_of(known[key]) for key in edits if key in known)} if terms else set()
    rows = dict(panels(terms, view, opened))
    items = []
    for panel, of_panel in groupby(terms, key=panel_of):
        first = next(of_panel)
        title = f"{first['measure_no']} {first['measure_title']}" if first["measure_no"] else t("whatif.decisions")
        body = html.Div(rows.get(panel, []), id={"type": "terms", "key": panel})
        items.append(dmc.AccordionItem([dmc.AccordionControl(title), dmc.AccordionPanel(body)], value=panel))
    return html.Section(
        [
            html.Div(list(do), className="whatif-do"), below, dmc.Accordion(items, id="whatif-terms", order=2, multiple=True, value=sorted(opened)),
            dcc.Store(id="whatif-filled", data=sorted(opened)),
        ],
        className="card whatif-form", id="whatif-form",
    )  # fmt: skip


def panel_of(term: Term) -> str:
    return f"m{term['measure_no'] or 0}"


def panels(terms: Sequence[Term], view: View, wanted: Collection[str]) -> Iterator[tuple[str, list[Any]]]:
    """The fields of some panels, by clause, with the address's values."""
    known = {term["key"]: term for term in terms}
    edits, values = changed(terms, view.edits), values_of(terms, view)
    wrong_ones = unfit(known, edits)
    names = {row["district_code"]: row["district_name"] for row in ask("district_options")}
    for panel, of_panel in groupby(terms, key=panel_of):
        if panel not in wanted:
            continue
        rows: list[Any] = []
        for clause_id, of_clause in groupby(of_panel, key=lambda term: term["clause_id"]):
            fields = list(of_clause)
            if clause_id:
                rows.append(html.H3(f"{clause_id} {fields[0]['title']}", title=fields[0]["quote"]))
            rows += [_field(term, values[term["key"]], term["key"] in edits, wrong_ones.get(term["key"]), names) for term in fields]
        yield panel, rows


def _field(term: Term, value: str, is_edited: bool, reason: str | None, names: dict[str, str]) -> Any:
    """One term: its name, a box with the value in force, a slider where it is a figure, and what the text says."""
    key = term["key"]
    says = term["says"] if term["part"] in ("threshold", "band", "cap_by_grade", "step", "group_cap") else ""
    name = f"{key} {term['title']}" if term["part"] == "decision" else says or t(f"term.{term['part']}")
    named: dict[str, Any] = {
        "id": {"type": "term", "key": key}, "value": shown(term, value), "label": html.Span(name, title=term["says"]), "error": told(term, reason), "size": "xs",
    }  # fmt: skip
    box: Any
    if term["unit"] == "districts":
        box = dmc.MultiSelect(**named, data=[{"value": code, "label": names.get(code, code)} for code in term["options"]], hidePickedOptions=True)
    elif term["unit"] == "choice":
        box = dmc.Select(**named, data=[{"value": option, "label": _option(term, option)} for option in term["options"]], allowDeselect=False)
    else:
        box = dmc.TextInput(**named, rightSection=html.Small(t(f"term_unit.{term['unit']}")), rightSectionWidth=44, inputProps={"maxLength": 24}, autoComplete="off")
    return html.Div(
        [
            box, dmc.Slider(id={"type": "slider", "key": key}, size="xs", label=None, **_range(term, value), thumbLabel=name),
            html.Small(
                [
                    t("whatif.text", value=_worded(term, names)),
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
    at = float(term["value"]) if wrong(term, value) else float(value)
    top = min(high, max(float(term["value"]) * 3, at, 1))
    return {"min": low, "max": top, "step": 1 if top >= 10 else 0.1, "value": at}


def _option(term: Term, option: str) -> str:
    """One of a choice; a version by its document and first day."""
    document, _, day = option.partition(".")
    return t("whatif.version", document=g.snapshot.called(document), day=day) if term["part"] == "version" and day else word("option", option)


def _worded(term: Term, names: dict[str, str]) -> str:
    value = term["value"]
    if term["unit"] == "districts":
        return t("comma").join(names.get(code, code) for code in value.split(","))
    return _option(term, value) if term["unit"] == "choice" else f"{value} {t('term_unit.' + term['unit'])}".strip()
