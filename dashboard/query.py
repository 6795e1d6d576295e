"""Ask a question of the snapshot: the only way from a page or an export to data.

Who asks comes from the session of the running request, never from an argument, so no page can widen what a user sees.
Values are bound, never written into a statement; what is written into one comes out of questions/ and operators.py alone.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import g

from dashboard.access.scope import scope_of
from dashboard.components.number import BEIJING
from dashboard.made import ordered
from dashboard.operators import Condition
from dashboard.questions import QUESTIONS
from dashboard.questions.question import TEXTS, Question
from dashboard.reader import EVERY, PART, Names, Reader, Row
from dashboard.snapshot import Policy, Snapshot
from pipelines.base.contacts import calls
from pipelines.base.decisions import CONTACTS, FINDINGS
from pipelines.base.findings import standings

Where = Sequence[Condition]


def _noted(file: str, told: Callable[[Path, int, int], str]) -> str:
    """What people noted in a file, as JSON to bind: a snapshot does not change, what people note does."""
    try:
        found = (g.decisions / file).stat()
    except FileNotFoundError:
        return "[]"
    return told(g.decisions, found.st_mtime_ns, found.st_size)


def _calls(decisions: Path, changed: int, size: int) -> str:
    """Who was called, and who is to call when, by claim."""
    return _calls_of_day(decisions, changed, size, today())


@lru_cache(maxsize=4)
def _calls_of_day(decisions: Path, _changed: int, _size: int, day: str) -> str:
    """The file is only ever added to: read again when it has grown."""
    return json.dumps(calls(decisions, day), ensure_ascii=False)


@lru_cache(maxsize=4)
def _standings(decisions: Path, _changed: int, _size: int) -> str:
    """How findings stand that somebody spoke of."""
    told = [
        {"finding_id": key, "status": one.status, "owner": one.owner or None, "note": one.why or None, "noted_by": one.who, "noted_on": (one.when or "")[:10] or None}
        for key, one in standings(decisions).items()
    ]
    return json.dumps(told, ensure_ascii=False)


def today() -> str:
    """The day in Beijing: what is counted from it is counted anew each day."""
    return datetime.now(BEIJING).date().isoformat()


def _taken(name: str, given: Row) -> Any:
    """The value of what a question always takes. A `_cut` is the name of a row in a mart of cuts, where all are 'all'."""
    if name.endswith("_cut"):
        return str(given.get(name.removesuffix("_cut")) or "all")
    if name == "contacts":
        return _noted(CONTACTS, _calls)
    if name == "standings":  # what auditors write is nothing of a park's
        return "[]" if g.user.is_scoped else _noted(FINDINGS, _standings)
    snapshot: Snapshot = g.snapshot
    if name == "with_none":
        return snapshot.with_none
    if name in TEXTS:
        return [text[TEXTS.index(name)] for text in snapshot.texts]
    return {"policy": snapshot.policy_id, "document": snapshot.document, "as_of": snapshot.as_of, "today": today(), **given}.get(name)


def statement(
    question: Question, given: Row, where: Where = (), shown: str = "*", order: str = "", *, but: Collection[str] = ()
) -> tuple[str, Row]:
    """A question cut by the filters given and by conditions on its columns, and the values to bind; `but` are filters to leave out."""
    sql, values = question.sql, {name: _taken(name, given) for name in question.takes}
    if question.of:
        rows, bound = statement(question.of, given)
        sql, values = f"with {question.of.name} as (\n{rows}\n)\n{sql}", {**values, **bound}
    conditions = []
    for key in (key for key in question.cuts if key not in but):
        conditions.append(f"{key}_cut = ${key}_cut")
        values[f"{key}_cut"] = _taken(f"{key}_cut", given)
    for key, condition in question.cut_by.items():
        if given.get(key) is not None and key not in but:
            conditions.append(f"({condition})" if "$" in condition else f"{condition} = ${key}")
            values[key] = given[key]
    for place, asked in enumerate(where):
        _known(question, asked.column)
        conditions.append(f"({asked.sql(f'$where_{place}')})")
        if asked.value is not None:
            values[f"where_{place}"] = asked.value
    unseen = [] if but else [*question.unseen, *(f"{key}_cut" for key in question.cuts)]
    if shown == "*" and unseen:
        shown = f"* exclude ({', '.join(unseen)})"
    if conditions or order or shown != "*":
        narrowed = f" where {' and '.join(conditions)}" if conditions else ""
        sql = f"select {shown} from (\n{sql}\n) as t{narrowed}{order}"
    return sql, values


def _known(question: Question, column: str) -> None:
    if column not in question.returns or column in question.unseen:
        raise ValueError(f"queries/{question.name}.sql has no column {column!r}.")


@contextmanager
def at_snapshot(snapshot: Snapshot) -> Iterator[None]:
    """Ask another snapshot than the one a page shows, by the same user and scope."""
    shown, g.snapshot = g.snapshot, snapshot
    try:
        yield
    finally:
        g.snapshot = shown


def by_policy() -> Iterator[Policy]:
    """The policies the running request's user sees, one after the other: what is asked meanwhile is asked of each."""
    shown: Snapshot = g.snapshot
    for policy in shown.policies:
        with at_snapshot(shown.in_policy(policy.policy_id)):
            yield policy


def _rows(sql: str, values: Row) -> list[Row]:
    reader: Reader = g.reader
    return reader.rows(g.snapshot, scope_of(g.user), sql, values)


def _at_hand(question: Question, given: Row) -> tuple[Names, list[tuple[Any, ...]]] | None:
    """The rows of a question among those of all values of its filters at hand, or of its first filter's value and all of the others.

    None where these are too many to be kept, and it must be asked. How many there are is counted once, for every value of the first.
    """
    if not question.at_hand:
        return None
    first = question.at_hand[0]
    column = f"{first}_cut" if first in question.cuts else question.cut_by[first]
    value = _taken(column, given) if first in question.cuts else given.get(first)
    sql, values = statement(question, given, but=question.at_hand)
    counts = {row["value"]: row["n"] for row in _rows(f"select {column} as value, count(*) as n from (\n{sql}\n) group by {column}", values)}
    if sum(counts.values()) > EVERY:
        if value is None or counts.get(value, 0) > PART:
            return None
        sql, values = statement(question, given, but=question.at_hand[1:])
    reader: Reader = g.reader
    every = reader.every(g.snapshot, scope_of(g.user), sql, values)
    cut = {f"{key}_cut": _taken(f"{key}_cut", given) for key in question.cuts}
    chosen = {column: given[key] for key, column in question.cut_by.items() if key in question.at_hand and given.get(key) is not None}
    return every.names, every.where({**cut, **chosen})


def _told(question: Question, names: Names, rows: Iterable[tuple[Any, ...]]) -> list[Row]:
    """Rows with the columns a question returns."""
    shown = [(at, name) for at, name in enumerate(names) if name in question.returns and name not in question.unseen]
    return [{name: row[at] for at, name in shown} for row in rows]


def ask(name: str, /, **given: Any) -> list[Row]:
    """Rows of queries/<name>.sql for the signed-in user, cut by the filters given; one it does not know changes nothing."""
    found = _at_hand(QUESTIONS[name], given)
    return _told(QUESTIONS[name], *found) if found else _rows(*statement(QUESTIONS[name], given))


def ask_one(name: str, /, **given: Any) -> Row:
    """The first row, or an empty one."""
    rows = ask(name, **given)
    return rows[0] if rows else {}


def ask_page(
    name: str, /, *, sort: str, descending: bool, limit: int, offset: int = 0, where: Where = (), **given: Any
) -> tuple[list[Row], int]:
    """Some rows of a table in order, and how many rows it has in all. Raises ValueError for a column it has not."""
    question = QUESTIONS[name]
    sql, values = statement(question, given, where, order=_order(question, sort, descending))
    if not where and (found := _at_hand(question, given)):
        names, every = found
        ties = [names.index(question.key)] if question.key else range(len(names))
        every.sort(key=lambda row: [(row[at] is None, row[at]) for at in ties])
        return _told(question, names, ordered(every, names.index(sort), descending)[offset : offset + limit]), len(every)
    rows = _rows(f"{sql} limit $_limit offset $_offset", {**values, "_limit": limit, "_offset": offset})
    if len(rows) < limit and (rows or not offset):  # the last page
        return rows, offset + len(rows)
    return rows, _rows(*statement(question, given, where, shown="count(*) as n"))[0]["n"]


def ask_each(name: str, /, *, sort: str, descending: bool, where: Where = (), **given: Any) -> Iterator[Row]:
    """All rows of a table in order, one by one. Raises ValueError for a column it has not, Busy, AnswerLate."""
    question = QUESTIONS[name]
    reader: Reader = g.reader
    yield from reader.each(g.snapshot, scope_of(g.user), *statement(question, given, where, order=_order(question, sort, descending)))


def _order(question: Question, sort: str, descending: bool) -> str:
    """By the asked column; what comes after it makes pages stable between requests."""
    _known(question, sort)
    tie = "" if sort == question.key else f", {question.key or 'columns(*)'}"
    return f' order by "{sort}" {"desc" if descending else "asc"} nulls last{tie}'
