"""对比: what changed between two days, and why? The address holds both snapshots; `softcity diff` says the same."""

from typing import Any

import dash
from dash import Input, Output, callback, html
from dash.development.base_component import Component
from flask import g

from dashboard import request
from dashboard.comparison import compared, sides
from dashboard.components import card, grid, parts
from dashboard.components.short_table import short_table
from dashboard.errors import AnswerLate, Busy, SnapshotMissing, SnapshotOfOtherFormat
from dashboard.query import ask, ask_one
from dashboard.snapshot import Snapshot
from dashboard.summaries import compare as summaries
from dashboard.tables.compare import (
    COMPARE_CLAIMS,
    COMPARE_FIGURES,
    COMPARE_FINDINGS,
    COMPARE_FIRMS,
    COMPARE_INDICATORS,
    COMPARE_PAYMENTS,
    COMPARE_RULES,
    COMPARE_SUMMARY,
)
from dashboard.tables.table import Table
from dashboard.text import t
from dashboard.view import View
from pipelines.base.roles import ROLES

dash.register_page(
    __name__, policy="one", path="/compare", name="Compare", order=7.5, icon="compare", roles=ROLES, filters=("then", "park"), default_park=True, has_grid=True,
)  # fmt: skip

LONG = (COMPARE_CLAIMS, COMPARE_FIRMS, COMPARE_PAYMENTS, COMPARE_FINDINGS)
INDICATORS = 25


def layout() -> Any:
    view = request.view()
    head = parts.heading(t("page.compare.title"), t("page.compare.asks"))
    if not g.user.name:  # a worker warms up: nobody has asked for two snapshots
        return [head]
    told, kept = _told(view)
    if kept is None:
        return [head, told]
    old, new = kept
    pinned = view.with_filter(then=old.snapshot_id, snapshot=new.snapshot_id, build=None)
    fixed = parts.link(t("compare.pinned"), pinned.here(), "tool")
    return [
        parts.heading(t("page.compare.title"), t("page.compare.asks"), right=fixed), html.Div(told, id="compare-head"),
        *(_grid(table, pinned) for table in LONG if g.user.role in table.roles),
    ]  # fmt: skip


@callback(Output("compare-head", "children"), Input("filters", "data"), prevent_initial_call=True)
def filtered(address: str) -> Any:
    return _told(request.opened(address))[0]


def _told(view: View) -> tuple[Any, tuple[Snapshot, Snapshot] | None]:
    """What stands above the long tables and the two snapshots; or why there is no comparison."""
    try:
        old, new = sides(view)
        with compared(view):
            totals, figures, rules = ask_one("compare_totals", **view.values()), ask("compare_figures", **view.values()), ask("compare_rules")
        return _head(view, old, new, totals, figures, bool(rules)), (old, new)
    except SnapshotOfOtherFormat:
        return parts.state("compare_format", snapshot=view.get("then")), None
    except SnapshotMissing:
        return parts.state("compare_missing", snapshot=view.get("then")), None
    except Busy:
        return parts.state("compare_busy"), None
    except AnswerLate:
        return parts.state("compare_late"), None


def _head(view: View, old: Snapshot, new: Snapshot, totals: dict[str, Any], figures: list[dict[str, Any]], has_rules: bool) -> list[Any]:
    pinned = view.with_filter(then=old.snapshot_id, snapshot=new.snapshot_id, build=None)
    eligible = next((row for row in figures if row["figure_id"] == "eligible_count"), {})
    figures.sort(key=lambda row: row["figure_order"])
    return [
        parts.sentence(*summaries.sentence(old, new, totals, eligible)), *_notes(old, new),
        parts.cards(
            _card(COMPARE_FIGURES, pinned, 7, short_table(COMPARE_FIGURES, pinned, rows=figures)),
            _card(COMPARE_SUMMARY, pinned, 5, short_table(COMPARE_SUMMARY, pinned, empty="compare_no_claims", limit=40)),
        ),
        _card(COMPARE_RULES, pinned, 12, short_table(COMPARE_RULES, pinned)) if has_rules else None,
        _card(COMPARE_INDICATORS, pinned, 12, short_table(COMPARE_INDICATORS, pinned, empty="no_indicators", source="statistics", limit=INDICATORS), "statistics"),
    ]  # fmt: skip


def _notes(old: Snapshot, new: Snapshot) -> list[Component]:
    """What makes two snapshots no plain before and after."""
    told = [
        t("compare.same") if old.snapshot_id == new.snapshot_id else "",
        t("compare.older", then=old.as_of, day=new.as_of) if old.as_of > new.as_of else "",
        t("compare.knowing") if old.is_as_arrived is not new.is_as_arrived else "",
    ]
    return [html.P(words, className="note doubt") for words in told if words]


def _card(table: Table, view: View, span: int, body: Component, source: str = "claims") -> Component:
    return card.card(table.name, body, table=table, view=view, span=span, source=source)


def _grid(table: Table, view: View) -> Component:
    source = {"compare_firms": "registrations", "compare_payments": "payments"}.get(table.name, "claims")
    return card.card(table.name, grid.grid(table, view, height=420), table=table, view=view, source=source, tools=[grid.chooser(table)])
