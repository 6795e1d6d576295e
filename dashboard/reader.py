"""How answers are had from a snapshot: open connections, and answers kept. A snapshot never changes, so neither do they."""

import hashlib
import threading
from array import array
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from decimal import Decimal
from heapq import merge
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from dashboard.access.scope import Scope, connect, enter, opened
from dashboard.heavy import Queue
from dashboard.snapshot import Snapshot, Snapshots

SNAPSHOTS_OPEN = 3
SHORT, WHOLE, ALL = 200, 2_000, 40_000
"""Rows kept of one answer, of one for every cut, and of all answers together."""
MEMORY = "32MB"
"""What DuckDB holds of a snapshot for pages: a few blocks are read again as quickly from the disk's cache."""

Row = dict[str, Any]
Key = tuple[object, ...]
Found = TypeVar("Found", "Answer", "Places")


@dataclass(frozen=True)
class Question:
    """A statement and the values to bind. Where its file says so, also the same for every cut, and the cut asked for."""

    sql: str
    values: Row
    whole: "Question | None" = None
    cut: Row = field(default_factory=dict)

    def key(self, snapshot: Snapshot, scope: Scope) -> Key:
        return (snapshot.folder, scope, self.sql, *sorted((name, _brief(value)) for name, value in self.values.items()))


def _brief(value: object) -> object:
    """A long text (all who were called, as JSON) by its digest: a key is kept with every answer."""
    return hashlib.sha256(value.encode()).digest() if isinstance(value, str) and len(value) > 100 else value


class Answer:
    """Rows and the names of their columns."""

    def __init__(self, names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
        self.names, self.all = names, list(rows)
        self._by: dict[tuple[str, ...], dict[tuple[Any, ...], list[tuple[Any, ...]]]] = {}

    def rows(self) -> list[Row]:
        return self._named(self.all)

    def cut(self, held: Row) -> list[Row]:
        """The rows whose columns hold these values, looked up: a filter is changed more often than a snapshot."""
        columns = tuple(held)
        if columns not in self._by:
            places, found = [self.names.index(column) for column in columns], defaultdict(list)
            for row in self.all:
                found[tuple(row[place] for place in places)].append(row)
            self._by[columns] = found
        return self._named(self._by[columns].get(tuple(held.values()), []))

    def _named(self, rows: list[tuple[Any, ...]]) -> list[Row]:
        return [dict(zip(self.names, row, strict=True)) for row in rows]

    def to_keep(self) -> "Answer":
        """The same, each text and sum that comes again in its column held once: half the memory."""
        held: list[Row] = [{} for _ in self.names]
        self.all = [
            tuple([has.setdefault(value, value) if type(value) in (str, Decimal) else value for has, value in zip(held, row, strict=True)])
            for row in self.all
        ]
        return self

    def weight(self) -> int:
        return 10 + len(self.all)  # one without rows has a key and a statement too


class Places:
    """Where the rows of a long answer lie, in the order asked for, by cut: eight bytes a row are kept instead of the row."""

    def __init__(self, names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
        self._columns, self._at = names[1:], array("I")
        self._by: defaultdict[tuple[Any, ...], array[int]] = defaultdict(lambda: array("I"))
        for rank, row in enumerate(rows):
            self._at.append(row[0])
            self._by[row[1:]].append(rank)

    def page(self, held: Row, offset: int, limit: int) -> tuple[list[int], int]:
        """The places of a page's rows, and how many rows the cut has."""
        asked = [(self._columns.index(column), value) for column, value in held.items()]
        cuts = [ranks for key, ranks in self._by.items() if all(key[i] == value for i, value in asked)]
        return [self._at[rank] for rank in islice(merge(*cuts), offset, offset + limit)], sum(map(len, cuts))

    def weight(self) -> int:
        return 10 + len(self._at) // 200  # a row that is kept takes some 1 kB


class _Door:
    """One connection to a snapshot and its cursors by scope, lent out one request at a time: making one costs a query."""

    def __init__(self, database: Path) -> None:
        self._database, self._connection = database, opened(database, MEMORY)
        self._free: defaultdict[Scope, list[duckdb.DuckDBPyConnection]] = defaultdict(list)
        self._parsed: dict[str, duckdb.Statement] = {}  # a quarter of a small question; there are only so many: values are bound

    def ask(self, scope: Scope, sql: str, values: Row, kind: type[Found]) -> Found:
        free = self._free[scope]
        try:
            cursor = free.pop()
        except IndexError:
            cursor = enter(self._connection, scope)
        if sql not in self._parsed:
            self._parsed[sql] = cursor.extract_statements(sql)[0]
        try:
            answer = _answered(cursor, self._parsed[sql], values, kind)
        except duckdb.OutOfMemoryException:  # a long answer; it gets room of its own for as long as it takes
            with connect(self._database, scope) as roomy:
                return _answered(roomy, sql, values, kind)
        free.append(cursor)  # one that failed is not taken back
        return answer


def _answered(cursor: duckdb.DuckDBPyConnection, statement: duckdb.Statement | str, values: Row, kind: type[Found]) -> Found:
    found = cursor.execute(statement, values or None)
    return kind(tuple(column[0] for column in found.description), _fetched(found))


def _fetched(found: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := found.fetchmany(10_000):
        yield from rows


def _weight(answer: Answer | Places | None) -> int:
    return answer.weight() if answer else 10


class Reader:
    """Answers to questions about a snapshot by scope, of whichever request."""

    def __init__(self, snapshots: Snapshots, queue: Queue | None = None) -> None:
        self.snapshots, self._turn = snapshots, queue.turn if queue else nullcontext
        self._lock = threading.Lock()
        self._doors: OrderedDict[Path, _Door] = OrderedDict()
        self._answers: OrderedDict[Key, Answer | Places | None] = OrderedDict()
        self._rows = 0

    def rows(self, snapshot: Snapshot, scope: Scope, question: Question) -> list[Row]:
        """The rows of an answer; a short one is asked for once."""
        rows = self.at_hand(snapshot, scope, question)
        if rows is None:
            found = self._door(snapshot).ask(scope, question.sql, question.values, Answer)
            self._keep(question.key(snapshot, scope), found if len(found.all) <= SHORT else None)
            rows = found.rows()
        return rows

    def at_hand(self, snapshot: Snapshot, scope: Scope, question: Question) -> list[Row] | None:
        """The rows of an answer that is kept, or looked up in the one for every cut; else None."""
        whole = question.whole
        if whole:
            key = whole.key(snapshot, scope)
            is_kept, answer = self._kept(key)
            if not is_kept:
                found = self._door(snapshot).ask(scope, f"{whole.sql}\nlimit {WHOLE + 1}", whole.values, Answer)
                answer = found.to_keep() if len(found.all) <= WHOLE else None
                self._keep(key, answer)
            if isinstance(answer, Answer):
                return answer.cut(question.cut)
        answer = self._kept(question.key(snapshot, scope))[1]
        return answer.rows() if isinstance(answer, Answer) else None

    def each(self, snapshot: Snapshot, scope: Scope, question: Question) -> Iterator[Row]:
        """The rows of an answer that may be very long, read as they are taken; a long one is heavy work where there is a queue.

        Raises Busy or AnswerLate when others have their turn.
        """
        found = self._door(snapshot).ask(scope, f"{question.sql}\nlimit {WHOLE + 1}", question.values, Answer)
        if len(found.all) <= WHOLE:
            yield from found.rows()
            return
        with self._turn(), connect(snapshot.database, scope) as roomy:
            for row in _fetched(roomy.execute(question.sql, question.values or None)):
                yield dict(zip(found.names, row, strict=True))

    def places(self, snapshot: Snapshot, scope: Scope, question: Question, offset: int, limit: int) -> tuple[list[int], int]:
        """Where the rows of one page lie, and how many there are; `question` gives their places for every cut, in order."""
        key = question.key(snapshot, scope)
        places = self._kept(key)[1]
        if not isinstance(places, Places):
            places = self._door(snapshot).ask(scope, question.sql, question.values, Places)
            self._keep(key, places)
        return places.page(question.cut, offset, limit)

    def _kept(self, key: Key) -> tuple[bool, Answer | Places | None]:
        with self._lock:
            if key not in self._answers:
                return False, None
            self._answers.move_to_end(key)
            return True, self._answers[key]

    def _keep(self, key: Key, answer: Answer | Places | None) -> None:
        """Keep an answer, or None: that it is too long."""
        with self._lock:
            self._rows += _weight(answer) - (_weight(self._answers[key]) if key in self._answers else 0)
            self._answers[key] = answer
            while self._rows > ALL:
                self._rows -= _weight(self._answers.popitem(last=False)[1])

    def _door(self, snapshot: Snapshot) -> _Door:
        with self._lock:
            if snapshot.folder not in self._doors:
                self._doors[snapshot.folder] = _Door(snapshot.database)
                while len(self._doors) > SNAPSHOTS_OPEN:
                    # Not closed by hand: a request may still hold a cursor; it closes with the last one.
                    self._doors.popitem(last=False)
            self._doors.move_to_end(snapshot.folder)
            return self._doors[snapshot.folder]
