"""The budget on pages, for the bureau: a card of the year's whole, and the measures with their months."""

from collections.abc import Sequence

from dash.development.base_component import Component
from flask import g

from dashboard.components import card, chart_layout, charts, number, parts
from dashboard.components.empty import empty
from dashboard.components.graph import graph
from dashboard.components.short_table import short_table
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.summaries.budget import budget as sentence
from dashboard.tables.budget import BUDGET, BUDGET_MONTHS, ROLES
from dashboard.text import t
from dashboard.view import View

INSTALMENTS = ("instalments_due_yuan", "instalments_later_yuan")


def _columns(rows: Sequence[Row]) -> list[str]:
    """On the page all rows are of one year; parts still to be paid stand there where the policy pays in any."""
    without = ("budget_year", *(key for key in INSTALMENTS if all(row[key] is None for row in rows)))
    return [column.key for column in BUDGET.columns if column.key not in without]


def _of_year(view: View) -> list[Row]:
    """The rows of the year asked for, else of the one the snapshot stands in; none for who may not see them."""
    if g.user.role not in ROLES:
        return []
    year = int(view.get("year") or g.snapshot.as_of[:4])
    return sorted((row for row in ask("budget", **view.values()) if row["budget_year"] == year), key=lambda row: row["budget_order"])


def brief(view: View) -> Component | None:
    """The year in a sentence, and its months."""
    whole = next((row for row in _of_year(view) if row["measure_no"] is None), None)
    if whole is None:
        return None
    return card.card(
        "budget_months", [parts.sentence(*sentence(whole), name="budget-sentence"), _months(view, whole)], table=BUDGET_MONTHS,
        view=_cut(view, whole), rows_href=view.to("/measures"), source="budgets",
    )  # fmt: skip


def whole(view: View) -> Component | None:
    """Every measure of the year, the whole below; beside them the months of the whole, or of the measure asked for."""
    rows = _of_year(view)
    if not rows:
        return None
    shown, cut = rows[-1], _cut(view, rows[-1])
    return parts.cards(
        card.card("budget", [parts.sentence(*sentence(shown), name="budget-sentence"), short_table(BUDGET, cut, rows=rows, columns=_columns(rows), source="budgets")], table=BUDGET, view=cut, source="budgets"),
        card.card("budget_months", _months(view, shown), table=BUDGET_MONTHS, view=cut, source="budgets"),
    )  # fmt: skip


def _cut(view: View, row: Row) -> View:
    return view.with_filter(year=str(row["budget_year"]))


def _months(view: View, shown: Row) -> Component:
    rows = [
        row for row in ask("budget_months", **_cut(view, shown).values()) if row["measure_no"] == shown["measure_no"]
    ]
    if not any(row["budget_yuan"] or row["paid_so_far_yuan"] for row in rows):
        return empty("no_budget", "budgets")
    return graph("budget_months", months(sorted(rows, key=lambda row: row["month"])), t("figure.budget_months.title"))


def months(rows: Sequence[Row]) -> chart_layout.Figure:
    """Paid in each month as bars, since January as a line, the budget as a broken one, all in one unit."""
    size, unit = charts.money_scale([value for row in rows for value in (row["budget_yuan"], row["paid_so_far_yuan"])])
    at = [t("budget.month", n=row["month"].month) for row in rows]

    def trace(key: str, **look: object) -> dict[str, object]:
        values = [None if row[key] is None else float(row[key]) / size for row in rows]
        told = [f"{month}<br>{t(f'budget.{key}')} {number.full_yuan(row[key])}" for month, row in zip(at, rows, strict=True)]
        if key == "paid_so_far_yuan":
            told = [f"{words}<br>{t('columns.execution_rate')} {number.rate(row['execution_rate'])}" for words, row in zip(told, rows, strict=True)]
        return {"x": at, "y": values, "name": t(f"budget.{key}"), "text": told, "hovertemplate": "%{text}<extra></extra>", **look}

    drawn = [
        trace("paid_yuan", type="bar", marker={"color": chart_layout.TEAL}, textposition="none"),
        trace("paid_so_far_yuan", type="scatter", mode="lines+markers", line={"color": chart_layout.DEEP, "width": 2}),
    ]
    if any(row["budget_yuan"] is not None for row in rows):
        drawn.append(trace("budget_yuan", type="scatter", mode="lines", line={"color": chart_layout.AMBER, "width": 1.5, "dash": "dash"}))
    return {
        "data": drawn,
        "layout": chart_layout.layout_of(
            260, legend=chart_layout.LEGEND, xaxis=chart_layout.axis(type="category", categoryorder="array", categoryarray=at, showgrid=False, **chart_layout.GAP),
            yaxis=chart_layout.axis(tickformat=",~f", ticksuffix=unit, showticksuffix="last", rangemode="tozero"), margin={"l": 56, "b": 36},
        ),
    }  # fmt: skip
