"""Ask a question of the snapshot: the only way from a page or an export to data.

A question is a file in queries/. Who asks comes from the session of the running request, never from an argument,
so no page can widen what a user sees. Values are bound, never written into a statement.

A file that says "Asked whole" is asked once for every cut by district, park and year, and a cut is looked up in the answer:
a clause has some hundred rows, and a filter is changed often. Its rows then show what each of its conditions on a cut compares.
One that may have very many rows gives `rowid as _at`: where each lies in its table, which orders what is alike. Of a long
answer the places are kept in order instead of the rows, and the rows of one page are read there.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, cast

from flask import g

from dashboard import desk
from dashboard.access.scope import Scope, scope_of
from dashboard.reader import Question, Reader, Row
from dashboard.snapshot import Snapshot

QUERIES = Path(__file__).parent / "queries"
_PARAMETER = re.compile(r"\$([a-z_]+)")
_COMMENT = re.compile(r"--[^\n]*")
_OPTIONAL = re.compile(r"\(\$([a-z_]+)::[a-z]+ is null\s+or ")
_WHOLE = "Asked whole"
NEAR = 256  # rows
_AT = re.compile(r"((?:[a-z_]+\.)?rowid) as _at")
Like = tuple[tuple[str, ...], str] | None
"""Columns, and the words that must stand in one of them."""
_HELD = re.compile(r"(?:[a-z_]+\.)?([a-z_]+) = \$((?:district|park|year)(?:_cut)?)\b")


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


@cache
def parameters(sql: str) -> tuple[str, ...]:
    """The names a statement binds."""
    return tuple(_PARAMETER.findall(sql))


@cache
def uncut(sql: str, given: frozenset[str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A statement for every cut, and what makes a cut of it: columns of its rows, each with the parameter it equals."""
    held = tuple((found[1], found[2]) for found in _HELD.finditer(narrowed(sql, given)))
    return _HELD.sub("true", narrowed(sql, given - {name for _, name in held})), held


@cache
def cut_columns(sql: str) -> tuple[str, ...]:
    """What a statement can be cut by."""
    return tuple(found[1] for found in _HELD.finditer(_COMMENT.sub("", sql)))


def _contacts() -> str:
    """Who was called and is not open again, by claim, as JSON to bind: a snapshot does not change, a desk does."""
    last = {entry["claim_id"]: entry for entry in desk.entries(g.decisions, desk.CONTACTS)}
    called = [
        {"claim_id": key, "contacted_on": e["when"][:10], "contacted_by": e["who"], "contact_note": e.get("why") or None}
        for key, e in last.items()
        if e.get("state") == "contacted"
    ]
    return json.dumps(called, ensure_ascii=False)


def _asked(name: str, given: Row) -> Question:
    """The statement of queries/<name>.sql as far as it is asked, and the values to bind."""
    sql, names = statement(name)
    values = _values(names, given)
    known = frozenset(key for key, value in values.items() if value is not None)
    question = _bound(narrowed(sql, known), values)
    if _WHOLE not in sql:
        return question
    whole, held = uncut(sql, known)
    return replace(question, whole=_bound(whole, values), cut={column: values[key] for column, key in held})


def _bound(sql: str, values: Row) -> Question:
    return Question(sql, {key: values[key] for key in parameters(sql)})


def _values(names: frozenset[str], given: Row) -> Row:
    snapshot = g.snapshot
    known = {"policy": snapshot.policy_id, "document": snapshot.document, "as_of": snapshot.as_of, **given}
    if "contacts" in names:
        known["contacts"] = _contacts()
    # a mart of cuts calls all of them so
    return {name: str(known.get(name[:-4]) or "all") if name.endswith("_cut") else known.get(name) for name in names}


def _reader() -> Reader:
    reader: Reader = g.reader
    return reader


@contextmanager
def at_snapshot(snapshot: Snapshot) -> Iterator[None]:
    """Ask another snapshot than the one a page shows, by the same user and scope."""
    shown, g.snapshot = g.snapshot, snapshot
    try:
        yield
    finally:
        g.snapshot = shown


def ask(name: str, /, **given: Any) -> list[Row]:
    """Rows of queries/<name>.sql for the signed-in user. A parameter not given is null, which means: all."""
    return _reader().rows(g.snapshot, scope_of(g.user), _asked(name, given))


def ask_one(name: str, /, **given: Any) -> Row:
    """The first row, or an empty one."""
    rows = ask(name, **given)
    return rows[0] if rows else {}


def ask_page(
    name: str, /, *, sort: str, descending: bool, limit: int, offset: int = 0, like: Like = None, **given: Any
) -> tuple[list[Row], int]:
    """One page of a table and how many rows there are in all; `like` keeps rows with these words in these columns.

    `sort` and the columns of `like` must come out of a table's own list: they alone are written into the statement.
    """
    asked, scope = _asked(name, given), scope_of(g.user)
    question = _searched(asked, like)
    rows = _reader().at_hand(g.snapshot, scope, question)
    if rows is not None:
        return _in_order(rows, sort, descending)[offset : offset + limit], len(rows)
    has_places, order = bool(_AT.search(question.sql)), _order(question, sort, descending)
    if has_places and question.whole:
        told = ", ".join(("_at", *cut_columns(statement(name)[0])))
        places = Question(f"select {told} from ({question.whole.sql}) as t {order}", question.whole.values, cut=question.cut)
        at, total = _reader().places(g.snapshot, scope, places, offset, limit)
        return _rows_at(at, asked.whole or asked, scope), total
    shown = "_at" if has_places else "*"
    sql = f"select {shown}, count(*) over () as _total from ({question.sql}) as t {order} limit $_limit offset $_offset"
    rows = _reader().rows(g.snapshot, scope, Question(sql, {**question.values, "_limit": limit, "_offset": offset}))
    totals = [row.pop("_total") for row in rows]
    if offset and not rows:  # beyond the last page
        counted = Question(f"select count(*) as n from ({question.sql}) as t", question.values)
        totals = [_reader().rows(g.snapshot, scope, counted)[0]["n"]]
    if has_places:
        rows = _rows_at([row["_at"] for row in rows], asked.whole or asked, scope)
    return rows, totals[0] if totals else 0


def ask_each(name: str, /, *, sort: str, descending: bool, like: Like = None, **given: Any) -> Iterator[Row]:
    """All rows of a table in order, one by one, asked for as `ask_page` does. Raises Busy, AnswerLate."""
    question, scope = _searched(_asked(name, given), like), scope_of(g.user)
    rows = _reader().at_hand(g.snapshot, scope, question)
    if rows is not None:
        yield from _in_order(rows, sort, descending)
        return
    sql = f"select * from ({question.sql}) as t {_order(question, sort, descending)}"
    yield from _reader().each(g.snapshot, scope, Question(sql, question.values))


def _searched(question: Question, like: Like) -> Question:
    if like is None:
        return question
    columns, words = like
    any_of = " or ".join(f"contains(lower(coalesce(t.{_column(column)}::varchar, '')), lower($_like))" for column in columns)
    return Question(f"select * from ({question.sql}) as t where {any_of}", {**question.values, "_like": words})


def _order(question: Question, sort: str, descending: bool) -> str:
    """By the asked column; what comes after it makes pages stable between requests."""
    tie = "_at" if _AT.search(question.sql) else "columns(*)"
    return f"order by t.{_column(sort)} {'desc' if descending else 'asc'} nulls last, {tie}"


def _column(name: str) -> str:
    if not re.fullmatch(r"[a-z_0-9]+", name):
        raise ValueError(f"{name!r} is not a column name.")
    return name


def _rows_at(places: list[int], question: Question, scope: Scope) -> list[Row]:
    """The rows that lie at these places, in their order: many columns are read for a few rows alone.

    The last `where` of the statement chose the places: it is not asked again. Near rows are looked for between the first
    and the last; far ones are joined, or DuckDB would unpack all that lies between.
    """
    if not places:
        return []
    every = question.sql.rpartition("\nwhere ")[0]
    lies = cast(re.Match[str], _AT.search(every))[1]
    first, last = min(places), max(places)
    is_near = last - first < NEAR
    there = f"between $_first and $_last and list_contains($_places, {lies})" if is_near else "in (select unnest($_places))"
    values = {**question.values, "_places": tuple(places), "_first": first, "_last": last}
    at = _bound(f"{every}\nwhere {lies} {there}", values)
    return sorted(_reader().rows(g.snapshot, scope, at), key=lambda row: places.index(row["_at"]))


def _in_order(rows: list[Row], sort: str, descending: bool) -> list[Row]:
    """As the statement above would: by the asked column, then by place or all columns; what is not known comes last."""
    known = sorted((row for row in rows if row[sort] is not None), key=lambda row: row[sort], reverse=descending)
    ordered: list[Row] = []

    def tie(row: Row) -> Any:
        return row["_at"] if "_at" in row else [(value is None, 0 if value is None else value) for value in row.values()]

    for _, alike in groupby([*known, *(row for row in rows if row[sort] is None)], key=lambda row: row[sort]):
        ordered += sorted(alike, key=tie)
    return ordered
