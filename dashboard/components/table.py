"""Tables: real <table>s, sorted and paged on the server through the address, exported as shown.

A Table says which query it shows and which columns; the page and /export read the same one, so a file can never
hold more, or other columns, than the page.
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

from flask import g

from dashboard.components import number, parts
from dashboard.components.elements import ADDRESS, Piece, at, html, kept
from dashboard.components.empty import empty as empty_state
from dashboard.query import ask_each, ask_page
from dashboard.reader import Row
from dashboard.text import t, word
from dashboard.view import CHOSEN, View, address

PAGE_ROWS = 25
FIND_ABOVE = 2 * PAGE_ROWS
WORDY = frozenset({"text", "words", "code"})
NUMERIC = frozenset({"count", "yuan", "rate", "decimal"})


@dataclass(frozen=True)
class Column:
    """A column of a query: its key, how it is shown, where its cells lead.

    Its title is columns.<key> in the text file. A `picture` is drawn from other columns: neither sorted nor exported.
    """

    key: str
    kind: str = "text"
    href: Callable[[View, Row], str | None] | None = None
    group: str | None = None
    cell: Callable[[Row], Any] | None = None
    title: str | None = None

    @property
    def label(self) -> str:
        return t(f"columns.{self.title or self.key}")

    def plain(self, row: Row) -> Any:
        """The cell for a file: full values, words for codes."""
        value = row.get(self.key)
        if words := self._lacking(row):
            return words
        if value is None:
            return ""
        if self.kind == "outcome":
            return word("outcome", value)
        if self.kind == "flag":
            return t("yes") if value else t("no")
        if self.kind in ("day", "moment"):
            return number.day(value) if self.kind == "day" else number.moment(value)
        return word(self.group, value) if self.group else value

    def _lacking(self, row: Row) -> str | None:
        return number.lacking(row, self.key) if self.kind in NUMERIC else None

    def told(self, row: Row) -> Any:
        """The value for a file that keeps types: the figure, or the word for what is lacking."""
        return self._lacking(row) or row.get(self.key)

    def shown(self, row: Row) -> Any:
        if words := self._lacking(row):
            return html.Span(words, className="quiet")
        return self.cell(row) if self.cell else _content(self.kind, self.group, row.get(self.key))

    def drawn(self, view: View, row: Row) -> Any:
        """The table's cell. Most show one value, and most values come again: such a cell is made once."""
        href = self.href(view, row) if self.href else None
        if not self.cell and not self._lacking(row):
            cell = _cell(self.kind, self.group, row.get(self.key), bool(href))
            return at(cell, href) if href else cell
        content = self.shown(row)
        return html.Td(parts.link(content, href) if href else content, className=_class(self.kind, self.group))


def _class(kind: str, group: str | None) -> str:
    return "number" if kind in NUMERIC else "coded" if group else kind


@kept(4096)
def _cell(kind: str, group: str | None, value: Any, is_link: bool) -> Any:
    content = _content(kind, group, value)
    return html.Td(parts.link(content, ADDRESS) if is_link else content, className=_class(kind, group))


def _content(kind: str, group: str | None, value: Any) -> Any:
    if kind == "outcome":
        return parts.outcome(value)
    if value is None or value == "":
        return html.Span(t("none"), className="quiet")
    simple: dict[str, Callable[[Any], Any]] = {
        "count": number.count, "rate": number.rate, "yuan": parts.money, "day": number.day,
        "decimal": number.decimal, "moment": number.moment, "code": html.Code,
    }
    if kind in simple:
        return simple[kind](value)
    if kind == "flag":
        return t("yes") if value else t("no")
    return word(group, value) if group else str(value)


@dataclass(frozen=True, eq=False)  # each is one of a kind, and what is kept of it is found quickly
class Table:
    """A named table. `takes` are the filters its query knows: all an export of it will read from an address.

    `made` gives the rows of a table that no query does (a what-if, the access log); `query` then names where they
    come from.
    """

    name: str
    query: str
    columns: tuple[Column, ...]
    sort: str
    takes: tuple[str, ...] = ()
    rows: int = PAGE_ROWS
    also: tuple[Column, ...] = ()
    """Columns of the file alone, beside the ones shown."""
    made: Callable[[View], list[Row]] | None = None
    streamed: Callable[[View], Iterator[Row]] | None = None
    """The rows of its file one by one, where `made` gives only the first of them."""

    def order(self, view: View) -> tuple[str, bool]:
        asked = view.tables.get(f"{self.name}.sort", self.sort)
        key = asked.lstrip("-")
        allowed = {column.key for column in self.columns if column.kind != "picture"} | {self.sort.lstrip("-")}
        if key not in allowed:
            asked, key = self.sort, self.sort.lstrip("-")
        return key, asked.startswith("-")

    def values(self, view: View, **given: Any) -> dict[str, Any]:
        known = {**view.values(), **given}
        return {key: known[key] for key in self.takes if known.get(key) is not None}

    def like(self, view: View) -> tuple[tuple[str, ...], str] | None:
        """The words its rows must hold, and the columns they may stand in; None when nothing is looked for."""
        words = view.tables.get(f"{self.name}.find")
        columns = tuple(column.key for column in self.columns if column.kind in WORDY)
        return (columns, words) if words and columns and self.made is None else None

    def page(self, view: View, **given: Any) -> tuple[list[Row], int]:
        """The page of rows an address asks for, and how many rows there are."""
        page = int(view.tables.get(f"{self.name}.page", "1"))
        return self.fetch(view, limit=self.rows, offset=(page - 1) * self.rows, **given)

    def fetch(self, view: View, *, limit: int, offset: int = 0, **given: Any) -> tuple[list[Row], int]:
        """Some of its rows in the order the address asks for, and how many there are."""
        if self.made is None:
            return ask_page(self.query, limit=limit, offset=offset, **self._asked(view), **self.values(view, **given))
        rows = self._sorted(view, self.made(view))
        return rows[offset : offset + limit], len(rows)

    def each(self, view: View, **given: Any) -> Generator[Row, None, None]:
        """All of them, one by one."""
        if self.made is None:
            yield from ask_each(self.query, **self._asked(view), **self.values(view, **given))
        elif self.streamed is not None:
            yield from self.streamed(view)
        else:
            yield from self._sorted(view, self.made(view))

    def _asked(self, view: View) -> dict[str, Any]:
        key, descending = self.order(view)
        return {"sort": key, "descending": descending, "like": self.like(view)}

    def _sorted(self, view: View, rows: list[Row]) -> list[Row]:
        key, descending = self.order(view)
        known = sorted((row for row in rows if row.get(key) is not None), key=lambda row: row[key], reverse=descending)
        return [*known, *(row for row in rows if row.get(key) is None)]


def _export_query(table: Table, view: View, **given: Any) -> str:
    key, descending = table.order(view)
    chosen = {**{key: view.get(key) for key in CHOSEN}, **table.values(view, **given), **view.edit_query()}
    chosen[f"{table.name}.sort"] = f"-{key}" if descending else key
    chosen[f"{table.name}.find"] = view.tables.get(f"{table.name}.find")
    return address("", chosen)


def export_links(table: Table, view: View, **given: Any) -> Any:
    """The same rows as CSV, Excel and JSON."""
    return at(_export_links(table.name), _export_query(table, view, **given))


@kept(128)
def _export_links(name: str) -> Piece:
    return html.Span(
        [
            html.A(
                t(f"figure.form.{form}"), href=f"/export/{name}.{form}{ADDRESS}", className="tool",
                id=f"export-{name}" + ("" if form == "csv" else f"-{form}"), title=t("figure.export_title"),
            )
            for form in ("csv", "xlsx", "json")
        ],
        className="exports",
    )


def counted_in(table: Table) -> str:
    """The file, or command, that counts a table's rows."""
    return f"dashboard/queries/{table.query}.sql" if table.made is None else table.query


@kept(256)
def how(name: str, counted_in: str) -> Any:
    """The 口径 popover: how it is counted in words, and the file that counts it."""
    return html.Details(
        [
            html.Summary(t("figure.how"), className="tool"),
            html.Div([html.P(t(f"how.{name}")), html.Code(counted_in)], className="popover"),
        ],
        className="how",
    )


def _find(table: Table, words: str) -> Any:
    """Look for words in a long table's text columns, on the server."""
    box = html.Input(id=f"find-{table.name}", value=words, maxLength=60, type="search")
    return html.Label(
        [html.Span(t("table.find")), box], className="filter find" + (" on" if words else "")
    )


def is_filtered(table: Table, view: View) -> bool:
    """Whether the reader narrowed the table; the park an operator is held to is not of their choosing."""
    chosen = set(table.values(view)) - ({"park"} if g.user.is_scoped else set())
    return bool(chosen) or table.like(view) is not None


def show(table: Table, view: View, *, empty: str = "no_rows", source: str = "claims", **given: Any) -> Any:
    """The table's page of rows with sortable heads and a pager, or why there are none."""
    key, descending = table.order(view)
    like, (rows, total) = table.like(view), table.page(view, **given)
    can_find = total > FIND_ABOVE and "q" not in table.takes and table.made is None
    find = _find(table, like[1] if like else "") if like or can_find else None
    if not total:
        return html.Div([find, empty_state("no_rows" if like else empty, source, is_filtered=is_filtered(table, view))])
    body = [html.Tr([column.drawn(view, row) for column in table.columns]) for row in rows]
    return html.Div(
        [
            find,
            html.Div(
                html.Table(
                    [html.Caption(t(f"figure.{table.name}.title"), className="unseen"), html.Thead(_heads(table, view, key, descending)), html.Tbody(body)]
                ),
                className="table-wrap", id=f"table-{table.name}", tabIndex="0", role="region",
                **parts.aria(label=t(f"figure.{table.name}.title")),
            ),
            pager(table, view, total),
        ]
    )


def _heads(table: Table, view: View, key: str, descending: bool) -> Piece:
    """Heads that sort, each at this address with another order."""
    here = view.here(**{f"{table.name}__sort": None, f"{table.name}__page": None})
    return at(_sorting_heads(table, key, descending), here + ("&" if "?" in here else "?"))


@kept(256)
def _sorting_heads(table: Table, key: str, descending: bool) -> Piece:
    heads = []
    for column in table.columns:
        if column.kind == "picture":
            heads.append(html.Th(column.label, scope="col"))
            continue
        is_number, is_sorted = column.kind in NUMERIC, column.key == key
        # words from the first, numbers from the largest; asked again, the other way round
        turned = column.key if (is_sorted and descending) or not (is_sorted or is_number) else f"-{column.key}"
        arrow = (" ↓" if descending else " ↑") if is_sorted else ""
        order = ("descending" if descending else "ascending") if is_sorted else "none"
        heads.append(
            html.Th(
                html.Link(column.label + arrow, href=f"{ADDRESS}{table.name}.sort={turned}", className="sort"), scope="col",
                className="number" if is_number else "", **parts.aria(sort=order),
            )
        )
    return html.Tr(heads)


def pager(table: Table, view: View, total: int) -> Any:
    """Which rows these are of how many, and the pages before and after."""
    page = int(view.tables.get(f"{table.name}.page", "1"))
    last = -(-total // table.rows)
    page_key = f"{table.name}__page"
    return html.Div(
        [
            html.Span(
                t(
                    "table.range", first=f"{min((page - 1) * table.rows + 1, total):,}",
                    last=f"{min(page * table.rows, total):,}", total=f"{total:,}",
                )
            ),
            html.Link(
                t("table.previous"), href=view.here(**{page_key: page - 1 if page > 2 else None}), className="tool"
            )
            if page > 1
            else None, html.Link(t("table.next"), href=view.here(**{page_key: page + 1}), className="tool")
            if page < last
            else None,
        ],
        className="pager",
    )
