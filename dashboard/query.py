"""Ask a question of the snapshot: the only way from a page or an export to data.

A question is a file in queries/. Who asks comes from the session of the running request, never from an argument,
so no page can widen what a user sees. Values are bound, never written into a statement.
"""

import json
import re
import threading
from collections import OrderedDict, defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from flask import g

from dashboard import desk
from dashboard.access.scope import Scope, enter, opened, scope_of
from dashboard.snapshot import Snapshot, Snapshots

QUERIES = Path(__file__).parent / "queries"
SNAPSHOTS_OPEN = 3
ANSWERS_KEPT = 256
ANSWER_ROWS_KEPT = 200
_PARAMETER = re.compile(r"\$([a-z_]+)")
_COMMENT = re.compile(r"--[^\n]*")
_OPTIONAL = re.compile(r"\(\$([a-z_]+)::[a-z]+ is null\s+or ")

Row = dict[str, Any]


@cache
def statement(name: str) -> tuple[str, frozenset[str]]:
    """The text of a query and what it can be asked by; its own `$park_cut` goes with a filter `park`."""
    sql = (QUERIES / f"{name}.sql").read_text(encoding="utf-8").rstrip().rstrip(";")
    names = _PARAMETER.findall(sql)
    return sql, frozenset([*names, *(found.removesuffix("_cut") for found in names)])


@cache
def narrowed(sql: str, given: frozenset[str]) -> str:
    """A statement without what nobody asked for: `($x::type is null or …)` becomes `(…)`, or `true` where x is not given.

    DuckDB plans every condition of a query anew each time, and a plain comparison is looked up where an `or` is scanned.
    """
    sql = _COMMENT.sub("", sql)  # some name a parameter
    while found := _OPTIONAL.search(sql):
        end, depth = found.end(), 1
        while depth:
            depth += {"(": 1, ")": -1}.get(sql[end], 0)
            end += 1
        kept = f"({sql[found.end() : end]}" if found[1] in given else "true"
        sql = sql[: found.start()] + kept + sql[end:]
    return sql


def parameters(sql: str) -> list[str]:
    """The names a statement binds."""
    return _PARAMETER.findall(sql)


class _Door:
    """One connection to a snapshot and its cursors by scope, lent out one request at a time: making one costs a query."""

    def __init__(self, database: Path) -> None:
        self._connection = opened(database)
        self._free: defaultdict[Scope, list[duckdb.DuckDBPyConnection]] = defaultdict(list)
        self._parsed: dict[str, duckdb.Statement] = {}  # a quarter of a small question; there are only so many: values are bound

    def run(self, scope: Scope, sql: str, values: Row) -> list[Row]:
        free = self._free[scope]
        try:
            cursor = free.pop()
        except IndexError:
            cursor = enter(self._connection, scope)
        if sql not in self._parsed:
            self._parsed[sql] = cursor.extract_statements(sql)[0]
        found = cursor.execute(self._parsed[sql], values or None)
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        free.append(cursor)  # one that failed is not taken back
        return rows


class Reader:
    """Open connections by snapshot, and a few answers by who asks: a snapshot never changes, so neither do they."""

    def __init__(self, snapshots: Snapshots) -> None:
        self.snapshots = snapshots
        self._lock = threading.Lock()
        self._doors: OrderedDict[Path, _Door] = OrderedDict()
        self._answers: OrderedDict[tuple[object, ...], list[Row]] = OrderedDict()

    def run(self, snapshot: Snapshot, scope: Scope, sql: str, values: Row) -> list[Row]:
        key = (snapshot.folder, scope, sql, *sorted(values.items()))
        kept, door = self._kept(key, snapshot)
        if kept is not None:
            return kept
        rows = door.run(scope, sql, values)
        if len(rows) <= ANSWER_ROWS_KEPT:
            self._keep(key, rows)
        return rows

    def short(self, snapshot: Snapshot, scope: Scope, sql: str, values: Row) -> list[Row] | None:
        """The whole answer when it is short enough to be kept, else None."""
        key = (snapshot.folder, scope, sql, *sorted(values.items()))
        kept, door = self._kept(key, snapshot)
        if kept is not None:
            return kept
        rows = door.run(scope, f"{sql}\nlimit {ANSWER_ROWS_KEPT + 1}", values)
        if len(rows) <= ANSWER_ROWS_KEPT:
            self._keep(key, rows)
            return rows
        return None

    def _kept(self, key: tuple[object, ...], snapshot: Snapshot) -> tuple[list[Row] | None, _Door]:
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key), self._door(snapshot)

    def _keep(self, key: tuple[object, ...], rows: list[Row]) -> None:
        with self._lock:
            self._answers[key] = rows
            while len(self._answers) > ANSWERS_KEPT:
                self._answers.popitem(last=False)

    def _door(self, snapshot: Snapshot) -> _Door:
        if snapshot.folder not in self._doors:
            self._doors[snapshot.folder] = _Door(snapshot.database)
            while len(self._doors) > SNAPSHOTS_OPEN:
                # Not closed by hand: a request may still hold a cursor; it closes with the last one.
                self._doors.popitem(last=False)
        self._doors.move_to_end(snapshot.folder)
        return self._doors[snapshot.folder]


def _contacts() -> str:
    """Who was called and is not open again, by claim, as JSON to bind: a snapshot does not change, a desk does."""
    last = {entry["claim_id"]: entry for entry in desk.entries(g.decisions, desk.CONTACTS)}
    called = [
        {"claim_id": key, "contacted_on": e["when"][:10], "contacted_by": e["who"], "contact_note": e.get("why") or None}
        for key, e in last.items()
        if e.get("state") == "contacted"
    ]
    return json.dumps(called, ensure_ascii=False)


def _asked(name: str, given: Row) -> tuple[str, Row]:
    """The statement of queries/<name>.sql as far as it is asked, and the values to bind."""
    sql, names = statement(name)
    values = _values(names, given)
    sql = narrowed(sql, frozenset(key for key, value in values.items() if value is not None))
    return sql, {key: values[key] for key in parameters(sql)}


def _values(names: frozenset[str], given: Row) -> Row:
    known = {"policy": g.snapshot.policy_id, "document": g.snapshot.document, "as_of": g.snapshot.as_of, **given}
    # what a mart of cuts calls all of them
    known.update({f"{key}_cut": str(known.get(key) or "all") for key in ("district", "park", "year")})
    if "contacts" in names:
        known["contacts"] = _contacts()
    return {name: known.get(name) for name in names}


def _reader() -> Reader:
    reader: Reader = g.reader
    return reader


def ask(name: str, /, **given: Any) -> list[Row]:
    """Rows of queries/<name>.sql for the signed-in user. A parameter not given is null, which means: all."""
    sql, values = _asked(name, given)
    return _reader().run(g.snapshot, scope_of(g.user), sql, values)


def ask_one(name: str, /, **given: Any) -> Row:
    """The first row, or an empty one."""
    rows = ask(name, **given)
    return rows[0] if rows else {}


def ask_page(
    name: str, /, *, sort: str, descending: bool, limit: int | None, offset: int = 0,
    like: tuple[tuple[str, ...], str] | None = None, **given: Any,
) -> tuple[list[Row], int]:
    """One page of a table and how many rows there are in all; `like` keeps rows with these words in these columns.

    `sort` and the columns of `like` must come out of a table's own list: they alone are written into the statement.
    """
    columns, words = like or ((), "")
    if not all(re.fullmatch(r"[a-z_0-9]+", column) for column in (sort, *columns)):
        raise ValueError(f"{sort!r} or one of {columns!r} is not a column name.")
    (sql, values), scope = _asked(name, given), scope_of(g.user)
    if like:
        any_of = " or ".join(f"contains(lower(coalesce(t.{column}::varchar, '')), lower($_like))" for column in columns)
        sql, values = f"select * from ({sql}) as t where {any_of}", {**values, "_like": words}
    # A short answer is asked once, without its order: every order, page and count of it is then at hand.
    short = _reader().short(g.snapshot, scope, sql, values)
    if short is not None:
        rows = _in_order(short, sort, descending)
        return rows[offset : None if limit is None else offset + limit], len(rows)
    total = _reader().run(g.snapshot, scope, f"select count(*) as n from ({sql}) as t", values)[0]["n"]
    # Order matters: all columns after the asked one make pages stable between requests.
    cut = f"select * from ({sql}) as t order by t.{sort} {'desc' if descending else 'asc'} nulls last, columns(*)"
    if limit is not None:
        cut, values = f"{cut} limit $_limit offset $_offset", {**values, "_limit": limit, "_offset": offset}
    return _reader().run(g.snapshot, scope, cut, values), total


def _in_order(rows: list[Row], sort: str, descending: bool) -> list[Row]:
    """As the statement below would: by the asked column, then by all of them; what is not known comes last."""

    def last(value: Any) -> tuple[bool, Any]:
        return (value is None, 0 if value is None else value)

    ordered = sorted(rows, key=lambda row: [last(value) for value in row.values()])
    known = sorted((row for row in ordered if row[sort] is not None), key=lambda row: row[sort], reverse=descending)
    return known + [row for row in ordered if row[sort] is None]
