"""What a table and a column are: a query, its columns, its order; no component. Pages, files and reports read the same one."""

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from flask import g

from dashboard.components import number
from dashboard.components.number import FORMATS, NUMERIC
from dashboard.made import narrowed, ordered
from dashboard.operators import Columns, Condition, from_address
from dashboard.query import ask_each, ask_page
from dashboard.questions import QUESTIONS
from dashboard.reader import Row
from dashboard.text import t, word
from dashboard.view import View
from pipelines.base.roles import ROLES


@dataclass(frozen=True)
class Column:
    """A column of a query: its key, the kind of its values, where its cells lead.

    `kind` is text, words (long text), code, id (a short one), count, yuan, rate, growth (a rate with its sign), points, decimal, day, moment, flag or outcome.
    `group` names the words of a code, `title` the key of its own title under columns. where that is not `key`.
    `words` says how a cell reads where it says more, or other, than its value; `hint` what is said on hovering.
    """

    key: str
    kind: str = "text"
    group: str | None = None
    title: str | None = None
    href: Callable[[View, Row], str | None] | None = None
    words: Callable[[Row], str] | None = None
    hint: Callable[[Row], str | None] | None = None

    @property
    def label(self) -> str:
        return t(f"columns.{self.title or self.key}")

    @property
    def is_number(self) -> bool:
        return self.kind in NUMERIC

    def lacking(self, row: Row) -> str | None:
        """The word where a row has no figure to show: 未载明, 未编入, 尚不可知; else None."""
        return number.lacking(row, self.key) if self.is_number else None

    def text(self, row: Row) -> str:
        """The cell as a reader sees it."""
        if lacking := self.lacking(row):
            return lacking
        if self.words:
            return self.words(row)
        value = row.get(self.key)
        if value is None or value == "":
            return t("none")
        return FORMATS[self.kind].short(value) if self.kind in FORMATS else str(self._worded(value))

    def plain(self, row: Row) -> Any:
        """The cell of a text file: a figure with all its digits, words for codes, nothing for what there is not."""
        if lacking := self.lacking(row):
            return lacking
        value = row.get(self.key)
        if value is None:
            return ""
        if self.is_number:
            return value
        return FORMATS[self.kind].full(value) if self.kind in FORMATS else self._worded(value)

    def told(self, row: Row) -> Any:
        """The value for a file that keeps types: the figure, or the word for what is lacking."""
        return self.lacking(row) or row.get(self.key)

    def _worded(self, value: Any) -> Any:
        if self.kind == "flag":
            return t("yes") if value else t("no")
        group = "outcome" if self.kind == "outcome" else self.group
        return word(group, value) if group else value


def _policy(row: Row) -> str:
    return next((one.title for one in g.snapshot.policies if one.policy_id == row["policy_id"]), t("none"))


POLICY = Column("policy_id", words=_policy)
"""Of a row that may be any policy's; left out where all are of one (Table.shown)."""
_TYPES = {
    "count": "bigint", "yuan": "decimal(18,2)", "rate": "double", "decimal": "double", "growth": "double", "points": "double", "day": "date", "moment": "timestamp",
    "flag": "boolean",
}  # fmt: skip
"""What the values of a kind are where no question says it."""


@dataclass(frozen=True, eq=False)
class Table:
    """A named table. `also` are the columns of its file alone.

    It is cut by every filter that makes a difference to its query (questions/); `takes` are fewer of them, or those of `made`.

    `made` gives the rows of a table that no query does (a what-if, the access log); `query` then names where they
    come from. `roles` may see and export it.
    """

    name: str
    query: str
    columns: tuple[Column, ...]
    sort: str
    takes: tuple[str, ...] | None = None
    also: tuple[Column, ...] = ()
    roles: tuple[str, ...] = ROLES
    made: Callable[[View], list[Row]] | None = None
    streamed: Callable[[View], Iterator[Row]] | None = None
    """The rows of its file one by one, where `made` gives only the first of them."""
    within: Callable[[View], AbstractContextManager[None]] = lambda _: nullcontext()
    """What its query is asked of, where that is not the snapshot a page shows."""
    key: tuple[str, ...] = ()
    """What of its query names a row, where something can be done with one."""
    forms: tuple[str, ...] = ("csv", "xlsx", "json", "html")
    """The files it can be taken as (exports.py)."""
    version: Callable[[View], str] | None = None
    """Which texts its rows are of, where it is not the one that a page shows."""

    @property
    def counted_in(self) -> str:
        """The file, or command, that counts its rows."""
        return f"dashboard/queries/{self.query}.sql" if self.made is None else self.query

    @property
    def shown(self) -> tuple[Column, ...]:
        """Its columns, the policy among them where policies are shown together."""
        is_of_all = "snapshot" in g and g.snapshot is not None and g.snapshot.is_of_all
        return tuple(column for column in self.columns if column is not POLICY or is_of_all)

    @cached_property
    def types(self) -> Columns:
        """Its columns, each with the DuckDB type of its values: what conditions may ask for."""
        known = {column.key: _TYPES.get(column.kind, "varchar") for column in self.columns}
        return known if self.made is not None else {key: QUESTIONS[self.query].returns[key] for key in known}

    def order(self, view: View) -> tuple[str, bool]:
        """The column an address sorts by, and whether from the largest; its own order where the address names none of its columns."""
        asked = view.tables.get(f"{self.name}.sort", self.sort)
        if asked.lstrip("-") not in {column.key for column in self.columns}:
            asked = self.sort
        return asked.lstrip("-"), asked.startswith("-")

    def values(self, view: View, **given: Any) -> dict[str, Any]:
        """The filters its query is asked by."""
        known = {**view.values(), **given}
        takes = self.takes if self.takes is not None else () if self.made else sorted(QUESTIONS[self.query].filters)
        return {key: known[key] for key in takes if known.get(key) is not None}

    def where(self, view: View) -> tuple[Condition, ...]:
        """The conditions an address sets on its columns (`<table>.<column>__<operator>=value`). Raises BadAddress."""
        return from_address(self.name, view.tables, self.types)

    def worded(self, condition: Condition) -> str:
        """A condition as a reader says it: 计入上限 大于 500000."""
        column = next(column for column in self.columns if column.key == condition.column)
        key = f"operator.{condition.operator}"
        if isinstance(condition.value, date) and condition.operator not in ("is", "not"):
            key += "_day"
        asked = "" if condition.value is None else str(column.plain({column.key: condition.value}))
        return " ".join(filter(None, [column.label, t(key), asked]))

    def fetch(self, view: View, *, limit: int, offset: int = 0, **given: Any) -> tuple[list[Row], int]:
        """Some of its rows in the order the address asks for, and how many there are."""
        if self.made is None:
            with self.within(view):
                return ask_page(self.query, limit=limit, offset=offset, **self._asked(view), **self.values(view, **given))
        rows = self._ordered(view, self.made(view))
        return rows[offset : offset + limit], len(rows)

    def each(self, view: View, **given: Any) -> Generator[Row, None, None]:
        """All of them, one by one."""
        if self.made is None:
            with self.within(view):
                yield from ask_each(self.query, **self._asked(view), **self.values(view, **given))
        elif self.streamed is not None:
            yield from narrowed(self.streamed(view), self.where(view))
        else:
            yield from self._ordered(view, self.made(view))

    def _asked(self, view: View) -> dict[str, Any]:
        key, descending = self.order(view)
        return {"sort": key, "descending": descending, "where": self.where(view)}

    def _ordered(self, view: View, rows: list[Row]) -> list[Row]:
        return ordered(narrowed(rows, self.where(view)), *self.order(view))
