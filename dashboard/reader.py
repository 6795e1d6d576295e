"""How answers are had from a snapshot: connections that stay open, short answers in a cache. A snapshot never changes, so neither do they."""

import hashlib
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import duckdb
from cachetools import LRUCache

from dashboard.access.scope import Scope, connect, enter, opened
from dashboard.heavy import Queue
from dashboard.snapshot import Snapshot, Snapshots

SNAPSHOTS_OPEN = 3
SHORT, CACHED = 200, 20_000
"""Rows of one answer that is cached, and of all of them together: a row takes some 1 kB."""
EVERY, PART, EVERY_CACHED = 10_000, 1_000, 40_000
"""Rows of one question that are kept to be chosen from, of one part of a longer one, and of all that are kept: a row takes
some 0.5 kB. To fetch thousands of rows of every clause costs more than to ask for the fifty that are shown."""
LONG = 2_000
"""Rows from where on an answer read one by one is heavy work."""
MEMORY = "32MB"
"""What DuckDB holds of a snapshot for pages: a few blocks are read again as quickly from the disk's cache."""

Row = dict[str, Any]
Names = tuple[str, ...]
Answer = tuple[Names, list[tuple[Any, ...]]]
"""The names of the columns, and the rows."""


class _Connection:
    """One connection to a snapshot and its free cursors by scope, each lent to one request at a time: making one costs a query."""

    def __init__(self, database: Path) -> None:
        self._database, self._connection = database, opened(database, MEMORY)
        self._free: defaultdict[Scope, list[duckdb.DuckDBPyConnection]] = defaultdict(list)

    def answer(self, scope: Scope, sql: str, values: Row) -> Answer:
        free = self._free[scope]
        try:
            cursor = free.pop()
        except IndexError:
            cursor = enter(self._connection, scope)
        try:
            answer = _answer(cursor, sql, values)
        except duckdb.OutOfMemoryException:  # a long answer; it gets a connection of its own for as long as it takes
            with connect(self._database, scope) as own:
                return _answer(own, sql, values)
        free.append(cursor)  # one that failed is not taken back
        return answer


def _answer(cursor: duckdb.DuckDBPyConnection, sql: str, values: Row) -> Answer:
    found = cursor.execute(sql, values or None)
    return tuple(column[0] for column in found.description), found.fetchall()


def _weight(answer: Answer) -> int:
    return 10 + len(answer[1])  # one without rows takes its place too


class Every:
    """Rows that are kept, found by the values of some of their columns."""

    def __init__(self, names: Names, rows: list[tuple[Any, ...]]) -> None:
        self.names, self.rows = names, rows
        self._by: dict[Names, dict[tuple[Any, ...], list[tuple[Any, ...]]]] = {}

    def where(self, wanted: Row) -> list[tuple[Any, ...]]:
        """The rows with these values, in their order."""
        columns = tuple(wanted)
        if columns not in self._by:
            places, found = [self.names.index(column) for column in columns], defaultdict(list)
            for row in self.rows:
                found[tuple(row[at] for at in places)].append(row)
            self._by[columns] = dict(found)
        return list(self._by[columns].get(tuple(wanted.values()), ()))


def _key(snapshot: Snapshot, scope: Scope, sql: str, values: Row) -> bytes:
    return hashlib.sha256(repr((snapshot.folder, scope, sql, sorted(values.items()))).encode()).digest()


class Reader:
    """Answers from snapshots by scope, of whichever request."""

    def __init__(self, snapshots: Snapshots, queue: Queue | None = None) -> None:
        self.snapshots, self._turn = snapshots, queue.turn if queue else nullcontext
        self._lock = threading.Lock()
        # One that falls out is not closed by hand: a request may still hold a cursor; it closes with the last one.
        self._connections: LRUCache[Path, _Connection] = LRUCache(SNAPSHOTS_OPEN)
        self._answers: LRUCache[bytes, Answer] = LRUCache(CACHED, getsizeof=_weight)
        self._every: LRUCache[bytes, Every] = LRUCache(EVERY_CACHED, getsizeof=lambda every: 10 + len(every.rows))

    def rows(self, snapshot: Snapshot, scope: Scope, sql: str, values: Row) -> list[Row]:
        """The rows of an answer; a short one is asked for once."""
        key = _key(snapshot, scope, sql, values)
        with self._lock:
            answer = self._answers.get(key)
        if answer is None:
            answer = self._connection(snapshot).answer(scope, sql, values)
            if len(answer[1]) <= SHORT:
                with self._lock:
                    self._answers[key] = answer
        names, rows = answer
        return [dict(zip(names, row, strict=True)) for row in rows]

    def every(self, snapshot: Snapshot, scope: Scope, sql: str, values: Row) -> Every:
        """An answer to choose rows from, asked for once."""
        key = _key(snapshot, scope, sql, values)
        with self._lock:
            every = self._every.get(key)
        if every is None:
            every = Every(*self._connection(snapshot).answer(scope, sql, values))
            with self._lock:
                self._every[key] = every
        return every

    def each(self, snapshot: Snapshot, scope: Scope, sql: str, values: Row) -> Iterator[Row]:
        """The rows of an answer that may be very long, read as they are taken; a long one is heavy work where there is a queue.

        Raises Busy or AnswerLate when others have their turn.
        """
        names, rows = self._connection(snapshot).answer(scope, f"{sql}\nlimit {LONG + 1}", values)
        if len(rows) <= LONG:
            yield from (dict(zip(names, row, strict=True)) for row in rows)
            return
        with self._turn(), connect(snapshot.database, scope) as own:
            found = own.execute(sql, values or None)
            while some := found.fetchmany(10_000):
                yield from (dict(zip(names, row, strict=True)) for row in some)

    def _connection(self, snapshot: Snapshot) -> _Connection:
        with self._lock:
            if snapshot.folder not in self._connections:
                self._connections[snapshot.folder] = _Connection(snapshot.database)
            return self._connections[snapshot.folder]
