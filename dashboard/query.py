"""Ask a question of the snapshot: the only way from a page or an export to data.

Who asks comes from the session of the running request, never from an argument, so no page can widen what a user sees.
Values are bound, never written into a statement; what is written into one comes out of questions.py and operators.py alone.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from flask import g

from dashboard import desk
from dashboard.access.scope import scope_of
from dashboard.operators import Condition
from dashboard.questions import QUESTIONS, Question
from dashboard.reader import Reader, Row
from dashboard.snapshot import Snapshot

Where = Sequence[Condition]


def _contacts() -> str:
    """Who was called and is not open again, by claim, as JSON to bind: a snapshot does not change, a desk does."""
    last = {entry["claim_id"]: entry for entry in desk.entries(g.decisions, desk.CONTACTS)}
    called = [
        {"claim_id": key, "contacted_on": e["when"][:10], "contacted_by": e["who"], "contact_note": e.get("why") or None}
        for key, e in last.items()
        if e.get("state") == "contacted"
    ]
    return json.dumps(called, ensure_ascii=False)


def _taken(name: str, given: Row) -> Any:
    """The value of what a question always takes. A `_cut` is the name of a row in a mart of cuts, where all are 'all'."""
    if name.endswith("_cut"):
        return str(given.get(name.removesuffix("_cut")) or "all")
    if name == "contacts":
        return _contacts()
    snapshot: Snapshot = g.snapshot
    return {"policy": snapshot.policy_id, "document": snapshot.document, "as_of": snapshot.as_of, **given}.get(name)


def statement(question: Question, given: Row, where: Where = ()) -> tuple[str, Row]:
    """A question cut by the filters given and by conditions on its columns, and the values to bind."""
    sql, values = question.sql, {name: _taken(name, given) for name in question.takes}
    if question.of:
        rows, bound = statement(QUESTIONS[question.of], given)
        sql, values = f"with {question.of} as (\n{rows}\n)\n{sql}", {**values, **bound}
    cuts = {key: given[key] for key in question.cut_by if given.get(key) is not None}
    conditions = [f"({question.cut_by[key]})" for key in cuts]
    for number, condition in enumerate(where):
        _known(question, condition.column)
        conditions.append(f"({condition.sql(f'$where_{number}')})")
        if condition.value is not None:
            values[f"where_{number}"] = condition.value
    if conditions or question.unseen:
        shown = f"* exclude ({', '.join(question.unseen)})" if question.unseen else "*"
        sql = f"select {shown} from (\n{sql}\n) as t where {' and '.join(conditions) or 'true'}"
    return sql, {**values, **cuts}


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


def _rows(sql: str, values: Row) -> list[Row]:
    reader: Reader = g.reader
    return reader.rows(g.snapshot, scope_of(g.user), sql, values)


def ask(name: str, /, **given: Any) -> list[Row]:
    """Rows of queries/<name>.sql for the signed-in user, cut by the filters given; one it does not know changes nothing."""
    return _rows(*statement(QUESTIONS[name], given))


def ask_one(name: str, /, **given: Any) -> Row:
    """The first row, or an empty one."""
    rows = ask(name, **given)
    return rows[0] if rows else {}


def ask_page(
    name: str, /, *, sort: str, descending: bool, limit: int, offset: int = 0, where: Where = (), **given: Any
) -> tuple[list[Row], int]:
    """Some rows of a table in order, and how many rows it has in all. Raises ValueError for a column it has not."""
    question = QUESTIONS[name]
    sql, values = statement(question, given, where)
    ordered = f"select * from (\n{sql}\n) as t {_order(question, sort, descending)} limit $_limit offset $_offset"
    rows = _rows(ordered, {**values, "_limit": limit, "_offset": offset})
    if len(rows) < limit and (rows or not offset):  # the last page
        return rows, offset + len(rows)
    return rows, _rows(f"select count(*) as n from (\n{sql}\n) as t", values)[0]["n"]


def ask_each(name: str, /, *, sort: str, descending: bool, where: Where = (), **given: Any) -> Iterator[Row]:
    """All rows of a table in order, one by one. Raises ValueError for a column it has not, Busy, AnswerLate."""
    question = QUESTIONS[name]
    sql, values = statement(question, given, where)
    reader: Reader = g.reader
    ordered = f"select * from (\n{sql}\n) as t {_order(question, sort, descending)}"
    yield from reader.each(g.snapshot, scope_of(g.user), ordered, values)


def _order(question: Question, sort: str, descending: bool) -> str:
    """By the asked column; what comes after it makes pages stable between requests."""
    _known(question, sort)
    return f'order by t."{sort}" {"desc" if descending else "asc"} nulls last, {question.key or "columns(*)"}'
