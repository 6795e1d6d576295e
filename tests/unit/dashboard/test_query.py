"""Rows in order whoever sorts them, cuts looked up as they are asked for, answers kept within bounds."""

from itertools import product
from pathlib import Path

import pytest
from flask import g

from dashboard import query, reader
from dashboard.access.accounts import User
from dashboard.access.scope import connect
from dashboard.reader import Reader
from dashboard.snapshot import Snapshots

ANALYST, OPERATOR = User("ana", "analyst"), User("opa", "operator", ("P001",))


@pytest.mark.parametrize("table", ["firm_list", "clause_list", "clause_uptake", "clause_claims", "outreach", "audit"])
@pytest.mark.parametrize(
    ("user", "cut"), [(ANALYST, {}), (ANALYST, {"park": "P001"}), (ANALYST, {"district": "320211"}), (OPERATOR, {"park": "P001"})], ids=str
)
def test_a_short_table_has_the_rows_order_and_count_a_long_one_has(
    server, published: Path, decisions: Path, monkeypatch: pytest.MonkeyPatch, table: str, cut: dict[str, str], user: User
):
    """A short one is put in order here; of a long one DuckDB tells the order, and the rows are found by their places, near or far."""
    snapshots = Snapshots(published)
    given = {"clause": "6b.1", **cut} if table == "clause_claims" else cut
    readers = {kept: Reader(snapshots) for kept in (500, 0)}

    def page(column: str, descending: bool, offset: int, kept: int):
        monkeypatch.setattr(reader, "SHORT", kept)
        monkeypatch.setattr(reader, "WHOLE", kept)
        g.reader = readers[kept]
        return query.ask_page(table, sort=column, descending=descending, limit=3, offset=offset, **given)

    with server.test_request_context("/"):
        g.user, g.snapshot, g.reader, g.decisions = user, snapshots.current(), readers[500], decisions
        columns = list(query.ask_one(table, **given))
        assert columns
        for column, descending in product(columns, (False, True)):
            monkeypatch.setattr(query, "NEAR", 0 if descending else 1_000)
            rows, total = page(column, descending, 1, 500)
            assert (rows, total) == page(column, descending, 1, 0), (column, descending)
            file = list(query.ask_each(table, sort=column, descending=descending, **given))
            assert (file[1:4], len(file)) == (rows, total), "a file holds the rows in the order of the pages"
        for kept in (500, 0):
            assert page(columns[0], False, 5_000, kept) == ([], total), "beyond the last page"


@pytest.mark.parametrize("file", sorted(query.QUERIES.glob("*.sql")), ids=lambda file: file.stem)
def test_a_query_that_tells_places_chooses_its_rows_by_one_where(file: Path):
    """The rows at places are read without it (`query._rows_at`): another one, of a part of the query, would be lost."""
    sql = file.read_text(encoding="utf-8")
    assert "rowid as _at" not in sql or sql.count("\nwhere ") == 1


WHOLE = sorted(file.stem for file in query.QUERIES.glob("*.sql") if "Asked whole" in file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("user", [ANALYST, OPERATOR], ids=str)
@pytest.mark.parametrize("name", WHOLE)
def test_a_cut_looked_up_is_the_cut_asked_for(
    server, published: Path, decisions: Path, monkeypatch: pytest.MonkeyPatch, name: str, user: User
):
    """For three clauses and all together, and every kind of cut of the small city, and some it does not have."""
    snapshots, seen = Snapshots(published), 0
    cuts = {"district": (None, "320211", "320999"), "park": (None, "P001", "P002", "none"), "year": (None, 2024, 2025, 1999)}

    def rows(at_most: int, **given: object) -> list[dict[str, object]]:
        monkeypatch.setattr(reader, "WHOLE", at_most)
        found = query.ask(name, **{key: value for key, value in given.items() if value is not None})
        return sorted(found, key=lambda row: [str(value) for value in row.values()])

    with server.test_request_context("/"):
        g.user, g.snapshot, g.decisions = user, snapshots.current(), decisions
        readers = Reader(snapshots), Reader(snapshots)
        for clause in ("6b.1", "1a", "9a", None):
            for values in product(*cuts.values()):
                given = {"clause": clause, **dict(zip(cuts, values, strict=True))}
                g.reader = readers[0]
                looked_up = rows(2_000, **given)
                g.reader = readers[1]
                assert looked_up == rows(-1, **given), given
                seen += len(looked_up)
    assert seen or user.is_scoped, "one park may have no finding"


def test_of_kept_answers_the_least_used_go_first_and_the_rows_stay_within_bounds(server, published: Path, monkeypatch: pytest.MonkeyPatch):
    snapshots = Snapshots(published)
    monkeypatch.setattr(reader, "ALL", 200)
    with server.test_request_context("/"):
        g.user, g.snapshot, g.reader = User("ana", "analyst"), snapshots.current(), Reader(snapshots)
        for _ in range(2):
            for clause in ("6b.1", "1a", "9a", "9b"):
                for year in (2023, 2024, 2025):
                    query.ask("clause_uptake", clause=clause, year=year)
                    query.ask("clause_list", year=year)
        kept = g.reader._answers.values()
        assert 0 < g.reader._rows == sum(answer.weight() if answer else 10 for answer in kept) <= 200
        assert len(kept) < 20, "24 were asked for"


@pytest.mark.parametrize("scope", [None, ("P001",)], ids=str)
def test_an_answer_too_long_for_the_room_of_pages_gets_its_own_and_pages_go_on(published: Path, monkeypatch: pytest.MonkeyPatch, scope):
    snapshots, roomy = Snapshots(published), []
    monkeypatch.setattr(reader, "MEMORY", "16MB")
    monkeypatch.setattr(reader, "connect", lambda *asked: roomy.append(asked) or connect(*asked))
    long = reader.Question("select max(x) as x, md5(x::varchar) as y from range(400000) as t(x) group by y order by y desc", {})
    short = reader.Question("select count(*) as n from dim_enterprise", {})
    readers = Reader(snapshots)
    firms = readers.rows(snapshots.current(), scope, short)
    assert len(readers.rows(snapshots.current(), scope, long)) == 400_000
    assert len(roomy) == 1
    assert Reader(snapshots).rows(snapshots.current(), scope, short) == firms == readers.rows(snapshots.current(), scope, short)


def test_who_was_called_is_part_of_what_is_asked_and_not_kept_with_every_answer(published: Path):
    snapshot = Snapshots(published).current()
    keys = {reader.Question("select 1", {"contacts": "[" + "1," * 90_000 + last}).key(snapshot, None) for last in ("1]", "2]", "1]")}
    assert len(keys) == 2
    assert all(len(str(key)) < 1_000 for key in keys)
