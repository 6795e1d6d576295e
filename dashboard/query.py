"""Ask a question of the snapshot: the only way from a page or an export to data.

A question is a file in queries/. Who asks comes from the session of the running request, never from an argument,
so no page can widen what a user sees. Values are bound, never written into a statement.
"""

import json
import re
import threading
from collections import OrderedDict
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from flask import g

from dashboard import desk
from dashboard.access.scope import Scope, connect, scope_of
from dashboard.snapshot import Snapshot, Snapshots

QUERIES = Path(__file__).parent / "queries"
CONNECTIONS_KEPT = 12
ANSWERS_KEPT = 256
ANSWER_ROWS_KEPT = 500
_PARAMETER = re.compile(r"\$([a-z_]+)")

Row = dict[str, Any]


@cache
def statement(name: str) -> tuple[str, frozenset[str]]:
    """The text of a query and the names of its parameters."""
    sql = (QUERIES / f"{name}.sql").read_text(encoding="utf-8").rstrip().rstrip(";")
    return sql, frozenset(_PARAMETER.findall(sql))


class Reader:
    """Open connections by snapshot and scope, and a few answers: a snapshot never changes, so neither do they."""

    def __init__(self, snapshots: Snapshots) -> None:
        self.snapshots = snapshots
        self._lock = threading.Lock()
        self._connections: OrderedDict[tuple[Path, Scope], duckdb.DuckDBPyConnection] = OrderedDict()
        self._answers: OrderedDict[tuple[object, ...], list[Row]] = OrderedDict()

    def run(self, snapshot: Snapshot, scope: Scope, sql: str, values: Row) -> list[Row]:
        key = (snapshot.folder, scope, sql, *sorted(values.items()))
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
            cursor = self._connection(snapshot, scope).cursor()
        try:
            found = cursor.execute(sql, values or None)
            names = [column[0] for column in found.description]
            rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        finally:
            cursor.close()
        if len(rows) <= ANSWER_ROWS_KEPT:
            with self._lock:
                self._answers[key] = rows
                while len(self._answers) > ANSWERS_KEPT:
                    self._answers.popitem(last=False)
        return rows

    def _connection(self, snapshot: Snapshot, scope: Scope) -> duckdb.DuckDBPyConnection:
        key = (snapshot.folder, scope)
        if key not in self._connections:
            self._connections[key] = connect(snapshot.database, scope)
            while len(self._connections) > CONNECTIONS_KEPT:
                # Not closed by hand: a request may still hold a cursor; it closes with the last one.
                self._connections.popitem(last=False)
        self._connections.move_to_end(key)
        return self._connections[key]


def _contacts() -> str:
    """Who was called and is not open again, by claim, as JSON to bind: a snapshot does not change, a desk does."""
    last = {entry["claim_id"]: entry for entry in desk.entries(g.decisions, desk.CONTACTS)}
    called = [
        {"claim_id": key, "contacted_on": e["when"][:10], "contacted_by": e["who"], "contact_note": e.get("why") or None}
        for key, e in last.items()
        if e.get("state") == "contacted"
    ]
    return json.dumps(called, ensure_ascii=False)


def _values(names: frozenset[str], given: Row) -> Row:
    known = {"policy": g.snapshot.policy_id, "document": g.snapshot.document, "as_of": g.snapshot.as_of, **given}
    if "contacts" in names:
        known["contacts"] = _contacts()
    return {name: known.get(name) for name in names}


def _reader() -> Reader:
    reader: Reader = g.reader
    return reader


def ask(name: str, /, **given: Any) -> list[Row]:
    """Rows of queries/<name>.sql for the signed-in user. A parameter not given is null, which means: all."""
    sql, names = statement(name)
    return _reader().run(g.snapshot, scope_of(g.user), sql, _values(names, given))


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
    sql, names = statement(name)
    values, scope = _values(names, given), scope_of(g.user)
    if like:
        any_of = " or ".join(f"contains(lower(coalesce(t.{column}::varchar, '')), lower($_like))" for column in columns)
        sql, values = f"select * from ({sql}) as t where {any_of}", {**values, "_like": words}
    total = _reader().run(g.snapshot, scope, f"select count(*) as n from ({sql}) as t", values)[0]["n"]
    # Order matters: all columns after the asked one make pages stable between requests.
    cut = f"select * from ({sql}) as t order by t.{sort} {'desc' if descending else 'asc'} nulls last, columns(*)"
    if limit is not None:
        cut, values = f"{cut} limit $_limit offset $_offset", {**values, "_limit": limit, "_offset": offset}
    return _reader().run(g.snapshot, scope, cut, values), total
