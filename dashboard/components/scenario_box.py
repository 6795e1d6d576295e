"""Kept what-ifs on their page: which one is open, the list of all, and where the changes at hand are kept under a name."""

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component
from flask import g

from dashboard import acts
from dashboard.components import number, parts
from dashboard.components.whatif_form import unfit
from dashboard.text import t
from dashboard.view import View
from dashboard.whatif import Term, changed, scenarios
from pipelines.base.scenarios import NAME_LENGTH, Scenario


def seen(said: Mapping[str, Any], scenario_id: str) -> int:
    """How much had been said of a scenario when the page was made."""
    count = said.get(scenario_id)
    return count if isinstance(count, int) else 0


def box(view: View, terms: Sequence[Term], scenario: Scenario | None) -> list[Any]:
    kept, known = scenarios(), {term["key"]: term for term in terms}
    return [
        *([_open(scenario, changed(terms, view.edits) != scenario.edits, known)] if scenario else []),
        html.P(t("scenario.gone"), className="note doubt") if view.get("scenario") and not scenario else None,
        parts.details(
            t("scenario.list", n=len(kept)),
            [html.Ul([_line(view, one, known) for one in kept], className="scenarios") if kept else html.P(t("scenario.none")), _form(scenario)], id="scenario-box",
        ),
        dcc.Store(id="scenarios-said", data={one.scenario_id: one.said for one in kept}),
    ]  # fmt: skip


def _open(scenario: Scenario, is_changed: bool, known: Mapping[str, Term]) -> Component:
    """Which scenario the page shows, and what of it the law has no more."""
    words = [t("scenario.open", name=scenario.name, who=scenario.saved_by, when=number.moment(scenario.saved_at))]
    words += [scenario.note] if scenario.note else []
    words += [t("scenario.changed")] if is_changed else []
    lost = [*unfit(dict(known), scenario.edits)]
    return html.Div(
        [html.P(t("semicolon").join(words)), html.P(t("scenario.lost", terms=t("comma").join(lost)), className="doubt") if lost else None],
        className="note", id="scenario-open",
    )  # fmt: skip


def _line(view: View, one: Scenario, known: Mapping[str, Term]) -> Component:
    first, of = g.snapshot.documents[0][0], {"policy": one.policy} if one.policy and g.snapshot.has_several else {}
    href = view.to("/whatif", document=None if one.document == first and one.policy in (None, g.snapshot.policy_id) else one.document, scenario=one.scenario_id, **of)
    is_other = one.document != g.snapshot.document or one.policy not in (None, g.snapshot.policy_id)
    lost = 0 if is_other else len(unfit(dict(known), one.edits))
    told = [one.saved_by, number.moment(one.saved_at), t("whatif.n_edits", n=len(one.edits)), *([t("scenario.n_lost", n=lost)] if lost else [])]
    drop = html.Button(t("scenario.delete"), type="button", id={"type": "scenario-drop", "key": one.scenario_id}, className="plain", **parts.aria(label=t("scenario.delete_one", name=one.name)))
    may = acts.may("scenario-delete") and (one.owner == g.user.name or g.user.role == "admin")
    return html.Li([parts.link(one.name, href), html.Small(" · ".join(told)), drop if may else None])


def _form(scenario: Scenario | None) -> Component:
    is_own = scenario is not None and (scenario.owner == g.user.name or g.user.role == "admin")
    return html.Div(
        [
            dmc.TextInput(id="scenario-name", label=t("scenario.name"), value=scenario.name if scenario else "", size="xs", inputProps={"maxLength": NAME_LENGTH}),
            dmc.TextInput(id="scenario-note", label=t("scenario.note"), value=scenario.note if scenario else "", size="xs", inputProps={"maxLength": acts.NOTE_LENGTH}),
            dmc.Group(
                [
                    dmc.Button(t("scenario.save"), id="scenario-save", size="xs"),
                    dmc.Button(t("scenario.rename"), id="scenario-rename", size="xs", variant="default", display="block" if is_own else "none"),
                ],
                gap="xs", mt="xs",
            ),
        ]
    )  # fmt: skip
