"""A short table: up to 25 rows, all of them in the page, and on paper. Longer ones are grids (components/grid.py)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.components import number, parts
from dashboard.components.empty import empty as nothing
from dashboard.reader import Row
from dashboard.tables import Column, Table
from dashboard.text import t
from dashboard.view import View

ROWS = 25
Cells = Mapping[str, Callable[[Row], parts.Content]]
"""What stands in the cells of a column, by its key, where that is more than its text."""


def short_table(
    table: Table, view: View, *, rows: Sequence[Row] | None = None, columns: Sequence[str] | None = None, cells: Cells | None = None,
    empty: str = "no_rows", source: str = "claims", is_filtered: bool = False, limit: int = ROWS, **given: Any,
) -> Component:
    """The first rows of a table in its order, or why there are none.

    `rows` are given where the page has asked for them already. `columns` are the keys shown, in their order, else all; one
    that is not the table's is drawn by `cells` alone, its title under columns.<key>.
    """
    chip = _chip(table, view) if rows is None else None
    shown, total = (list(rows[:limit]), len(rows)) if rows is not None else table.fetch(view, limit=limit, **given)
    if not shown:
        return html.Div([chip, nothing(empty, source, is_filtered=is_filtered or chip is not None)])
    title, known = t(f"figure.{table.name}.title"), {column.key: column for column in table.shown}
    drawn = [known.get(key) or Column(key) for key in columns or known]
    heads = [dmc.TableTh(column.label, className=_class(column)) for column in drawn]
    lines = [dmc.TableTr([_cell(column, view, row, cells or {}) for column in drawn]) for row in shown]
    body = [dmc.TableCaption(title, className="unseen"), dmc.TableThead(dmc.TableTr(heads)), dmc.TableTbody(lines)]
    return html.Div(
        [
            chip, html.Div(dmc.Table(body, highlightOnHover=True), className="table-wrap", tabIndex=0, role="region", **parts.aria(label=title)),
            html.Div(t("table.range", first="1", last=number.count(len(shown)), total=number.count(total)), className="range"),
        ],
        id=f"table-{table.name}",
    )  # fmt: skip


def _chip(table: Table, view: View) -> Component | None:
    """The conditions an address sets on the table, and how to be rid of them: it has no boxes that would show them."""
    where = table.where(view)
    if not where:
        return None
    rest = replace(view, tables={key: value for key, value in view.tables.items() if not key.startswith(f"{table.name}.")})
    return html.Div([t("semicolon").join(map(table.worded, where)), " ", parts.link(t("filter.clear"), rest.here(), "tool")], className="chip")


def _cell(column: Column, view: View, row: Row, cells: Cells) -> Any:
    content = cells[column.key](row) if column.key in cells else _shown(column, row)
    href = column.href(view, row) if column.href else None
    return dmc.TableTd(parts.link(content, href) if href else content, className=_class(column))


def _shown(column: Column, row: Row) -> parts.Content:
    """As its kind is shown: a sum says all its digits on hovering, an outcome has its sign, what is lacking stands back."""
    words, value = column.text(row), row.get(column.key)
    if column.lacking(row) or (value in (None, "") and column.words is None):
        return parts.quiet(words, column.hint(row) if column.hint else None)
    if column.kind == "outcome":
        return parts.outcome(value)
    if column.kind == "yuan" and column.words is None:
        return parts.money(value)
    return html.Code(words) if column.kind == "code" else words


def _class(column: Column) -> str | None:
    return "number" if column.is_number else column.kind if column.kind in ("words", "day", "code", "moment") else None
