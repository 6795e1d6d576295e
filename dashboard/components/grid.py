"""AG Grid over a Table: rows, order, conditions and paging on the server, in the scope of whoever asks.

One pair of callbacks answers for every grid: ids say which table it is, and its roles are looked at each time.
"""

from collections.abc import Mapping
from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, State, clientside_callback, ctx, html, no_update
from flask import g

from dashboard import operators, request, theme
from dashboard.components import number
from dashboard.errors import BadAddress, NothingThere
from dashboard.reader import Row
from dashboard.tables import TABLES, Column, Table
from dashboard.text import language, t, words_of
from dashboard.view import CHOSEN, View, address

BLOCK = 50
"""Rows of one request."""
WIDTHS = {"count": 96, "yuan": 128, "rate": 96, "decimal": 96, "day": 118, "moment": 150, "code": 200, "outcome": 130, "words": 240, "flag": 90, "id": 96}
TOLD = 150
"""Of a figure that is told with words, or with its parts."""
EXPORT = {"type": "export", "table": MATCH, "card": ALL, "form": ALL}
"""The addresses of a table's files, on each of its cards."""
_FILTERS = {"text": "agTextColumnFilter", "number": "agNumberColumnFilter", "day": "agDateColumnFilter"}


def grid_id(name: str) -> dict[str, str]:
    return {"type": "grid", "table": name}


def _look() -> str:
    """AG Grid's theme of the same colours, light and dark."""

    def params(colours: Mapping[str, str]) -> str:
        named = {
            "fontFamily": "inherit", "fontSize": 13, "headerFontSize": 12, "headerFontWeight": 600, "wrapperBorder": False, "rowVerticalPaddingScale": 0.7,
            "backgroundColor": colours["card"], "foregroundColor": colours["ink"], "headerBackgroundColor": colours["card"],
            "headerTextColor": colours["quiet"], "borderColor": colours["line"], "accentColor": colours["accent"], "rowHoverColor": colours["hover"],
        }  # fmt: skip
        return "{" + ",".join(f"{key}:{str(value).lower() if isinstance(value, bool) else value if isinstance(value, int) else repr(value)}" for key, value in named.items()) + "}"

    return f"themeQuartz.withParams({params(theme.LIGHT)},'light').withParams({params(theme.DARK)},'dark')"


def _of_badge(group: str) -> int:
    """Width of a column of codes, which no dots shorten: of the longest word for one."""
    longest = max((sum(1.9 if char > "\u2e80" else 1 for char in words) for words in words_of(language(), group).values()), default=0)
    return max(96, round(longest * 6.4) + 62)


def _definition(column: Column, kind_in_sql: str, order: tuple[str, bool], is_first: bool) -> dict[str, Any]:
    width = TOLD if column.is_number and column.words else _of_badge(column.group) if column.group else WIDTHS.get(column.kind, 120)
    told: dict[str, Any] = {
        "field": column.key, "headerName": column.label, "cellRenderer": "Cell", "tooltipField": f"{column.key}__full", "minWidth": width,
        "sortingOrder": ["desc", "asc"] if column.is_number else ["asc", "desc"],
    }  # fmt: skip
    if column.kind in ("count", "day", "rate", "flag", "id"):
        told |= {"flex": 0, "width": width}
    if column.kind in ("words", "text") and (column.href or column.kind == "words"):
        told |= {"flex": 2, "minWidth": WIDTHS["words"]}
    if column.is_number:
        told["type"] = "rightAligned"
    kind = operators.kind_of(kind_in_sql)
    told["filter"] = not column.group and column.kind != "outcome" and _FILTERS.get(kind, False)  # of codes, words are shown
    if told["filter"]:
        told["filterParams"] = {"filterOptions": operators.grid_options(kind), "maxNumConditions": 1, "inRangeInclusive": True, "buttons": ["reset"], "debounceMs": 400}
    if column.key == order[0]:
        told["sort"] = "desc" if order[1] else "asc"
    if is_first:
        told |= {"pinned": "left", "flex": 0, "width": 240 if column.kind == "text" and not column.group else WIDTHS.get(column.kind, 160), "lockPinned": True}
    return told


def cells(table: Table, view: View, row: Row) -> Row:
    """A row as its grid shows it: words under each column's key, beside them where a cell leads, its code, its full value, and what names the row."""
    made: Row = {key: row[key] for key in table.key}
    for column in table.shown:
        made[column.key] = column.text(row)
        if column.href and (href := column.href(view, row)):
            made[f"{column.key}__href"] = href
        if row.get(column.key) is not None and (column.kind == "outcome" or column.group):
            made[f"{column.key}__code"] = f"{column.group}-{row[column.key]}" if column.group else row[column.key]
        if column.hint:
            made[f"{column.key}__full"] = column.hint(row)
        elif column.kind == "yuan":
            made[f"{column.key}__full"] = number.full_yuan(row.get(column.key))
    return made


def chosen_id(table: Table) -> dict[str, str]:
    """The store of the rows that are ticked: a list of their ids."""
    return {"type": "chosen", "table": table.name, "key": table.key[0]}


def keep_chosen(table: Table) -> None:
    """For a page with `grid(…, select=True)`: keep the ids of the ticked rows in its store."""
    clientside_callback(
        ClientsideFunction("softcity", "chosen"), Output(chosen_id(table), "data"), Input(grid_id(table.name), "selectedRows"), State(chosen_id(table), "id"),
        prevent_initial_call=True,
    )  # fmt: skip


def grid(table: Table, view: View, *, height: int = 520, act: str = "", pin: bool = True, select: bool = False) -> Any:
    """The grid of a table; its rows come when they are scrolled to. `act` are the words of a button in each row.

    A click on it is the grid's `cellRendererData`: {"value": {the table's `key`}}, for a callback of the page.
    With `select` rows can be ticked (`keep_chosen`).
    """
    order = table.order(view)
    types = table.types
    definitions = [_definition(column, types[column.key], order, pin and at == 0) for at, column in enumerate(table.shown)]
    if act:
        told = {"words": act, "names": table.key}
        definitions.insert(1, {"colId": "act", "headerName": t("columns.act"), "cellRenderer": "Act", "cellRendererParams": told, "sortable": False, "filter": False, "flex": 0, "width": 88})
    options = {
        "theme": {"function": _look()}, "cacheBlockSize": BLOCK, "maxBlocksInCache": 10, "maxConcurrentDatasourceRequests": 1, "rowBuffer": 10,
        "enableCellTextSelection": True, "ensureDomOrder": True, "tooltipShowDelay": 300, "animateRows": False, "suppressDragLeaveHidesColumns": True,
        "suppressMultiSort": True, **_words(),
    }  # fmt: skip
    ticked: dict[str, Any] = {}
    if select:
        options["rowSelection"] = {"mode": "multiRow", "headerCheckbox": False, "enableClickSelection": False}
        options["selectionColumnDef"] = {"headerName": t("columns.chosen"), "pinned": "left", "lockPinned": True, "width": 52, "suppressHeaderMenuButton": True}
        ticked["getRowId"] = f"params.data.{table.key[0]}"
    return html.Div(
        dag.AgGrid(
            **ticked, eventListeners={"firstDataRendered": ["pin(params)"], "gridSizeChanged": ["pin(params)"]},
            id=grid_id(table.name), columnDefs=definitions, rowModelType="infinite", dashGridOptions=options, filterModel=operators.to_grid(table.where(view), types),
            defaultColDef={"sortable": True, "resizable": True, "flex": 1, "wrapHeaderText": True, "autoHeaderHeight": True}, style={"height": height},
        ),
        role="region", className="grid", **{"aria-label": t(f"figure.{table.name}.title")},
    )  # fmt: skip


def _words() -> dict[str, Any]:
    """The grid's own words; English ones are its own."""
    return {"localeText": words_of(language(), "grid")}


def chooser(table: Table) -> Any:
    """Which columns are shown."""
    keys = [(column.key, column.label) for column in table.shown]
    boxes = [dmc.Checkbox(label=label, value=key, size="xs") for key, label in keys]
    group = dmc.CheckboxGroup(dmc.Stack(boxes, gap=6), id={"type": "columns", "table": table.name}, value=[key for key, _ in keys])
    return html.Details([html.Summary(t("grid_columns"), className="tool"), html.Div(group, className="popover")], className="how")


def export_addresses(table: Table, view: View) -> dict[str, str]:
    """Where the same rows are as a file, by form: same filters, order and conditions."""
    key, descending = table.order(view)
    asked = f"-{key}" if descending else key
    query = {
        **{key: view.get(key) for key in CHOSEN}, **table.values(view), **view.edit_query(),
        **operators.to_address(table.name, table.where(view)), f"{table.name}.sort": None if asked == table.sort else asked,
    }  # fmt: skip
    return {form: address(f"/export/{table.name}.{form}", query) for form in table.forms}


def rows_of(table: Table, view: View, asked: Mapping[str, Any]) -> tuple[dict[str, Any], View]:
    """The rows a grid asks for, and the view they are of. Raises BadAddress for what no grid of ours would ask."""
    try:
        start, end = int(asked.get("startRow") or 0), int(asked.get("endRow") or BLOCK)
        sorts = [(one["colId"], one["sort"] == "desc") for one in asked.get("sortModel") or []]
    except (TypeError, ValueError, KeyError) as error:
        raise BadAddress("rows of a grid") from error
    if start < 0 or not 0 < end - start <= 4 * BLOCK:
        raise BadAddress("rows of a grid")
    tables = operators.to_address(table.name, operators.from_grid(asked.get("filterModel") or {}, table.types))
    if sorts:
        key, descending = sorts[0]
        tables[f"{table.name}.sort"] = f"-{key}" if descending else str(key)
    shown = View(view.path, view.filters, tables, view.edits, view.ids)
    rows, total = table.fetch(shown, limit=end - start, offset=start)
    return {"rowData": [cells(table, view, row) for row in rows], "rowCount": total}, shown


def register(app: Dash) -> None:
    """The callbacks of every grid."""

    @app.callback(
        Output({"type": "grid", "table": MATCH}, "getRowsResponse"), Output(EXPORT, "href"),
        Input({"type": "grid", "table": MATCH}, "getRowsRequest"),
        State({"type": "grid", "table": MATCH}, "id"),
        State("here", "pathname"), State("here", "search"), prevent_initial_call=True,
    )  # fmt: skip
    def rows(asked: Any, grid: dict[str, str], path: str | None, search: str | None) -> Any:
        files = [one["id"]["form"] for one in ctx.outputs_list[1]]
        table = TABLES.get(grid["table"])
        if table is None or g.user.role not in table.roles:
            raise NothingThere(grid["table"])
        if not isinstance(asked, dict):
            return no_update, [no_update] * len(files)
        answer, shown = rows_of(table, request.opened(f"{path or '/'}{search or ''}"), asked)
        addresses = export_addresses(table, shown)
        return answer, [addresses.get(form, no_update) for form in files]

    app.clientside_callback(
        ClientsideFunction("softcity", "refresh"), Output({"type": "grid", "table": MATCH}, "className"), Input("filters", "data"),
        State({"type": "grid", "table": MATCH}, "id"), prevent_initial_call=True,
    )  # fmt: skip
    app.clientside_callback(  # the order and conditions of a grid stand in the address too, for a reload and for others
        ClientsideFunction("softcity", "remember"), Input({"type": "export", "table": ALL, "card": ALL, "form": ALL}, "href"), prevent_initial_call=True
    )
    app.clientside_callback(
        ClientsideFunction("softcity", "columns"), Output({"type": "grid", "table": MATCH}, "style"), Input({"type": "columns", "table": MATCH}, "value"),
        State({"type": "grid", "table": MATCH}, "id"), prevent_initial_call=True,
    )  # fmt: skip
