"""Rows in a stable order page by page, conditions bound to a table's own columns, answers cached within bounds."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import reading_as
from flask import g

from dashboard import query, reader
from dashboard.access.accounts import User
from dashboard.access.scope import connect
from dashboard.operators import Condition
from dashboard.questions import QUESTIONS
from dashboard.reader import Reader
from dashboard.snapshot import Snapshots
from pipelines.base.decisions import CONTACTS, append

ANALYST, OPERATOR = ("analyst",), ("operator", "P001")


@pytest.mark.parametrize("table", ["firm_list", "clause_list", "clause_uptake", "clause_claims", "outreach", "audit"])
@pytest.mark.parametrize(("user", "cut"), [(ANALYST, {}), (ANALYST, {"district": "320211"}), (OPERATOR, {"park": "P001"})], ids=str)
def test_the_pages_of_a_table_are_its_rows_once_each_in_the_order_asked_for(published: Path, table: str, cut: dict[str, str], user: tuple[str, ...]):
    given = {"clause": "6b.1", **cut} if table == "clause_claims" else cut
    with reading_as(published, *user):
        whole = query.ask(table, **given)
        size = len(whole) // 2 + 1
        for column in [column for column in QUESTIONS[table].returns if column not in QUESTIONS[table].unseen]:
            for descending in (False, True):
                asked = {"sort": column, "descending": descending, **given}
                file, pages = list(query.ask_each(table, **asked)), []
                for offset in (0, size, 2 * size):
                    rows, total = query.ask_page(table, limit=size, offset=offset, **asked)
                    assert total == len(whole)
                    pages += rows
                assert pages == file, "a file holds the rows in the order of the pages"
                values = [row[column] for row in file]
                known = [value for value in values if value is not None]
                assert values == sorted(known, reverse=descending) + [None] * (len(values) - len(known))
                assert all(row in whole for row in file)
                assert len(file) == len(whole)


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        (Condition("enterprise_name", "contains", "示例04"), lambda row: "示例04" in row["enterprise_name"]),
        (Condition("enterprise_name", "lacks", "示例04"), lambda row: "示例04" not in row["enterprise_name"]),
        (Condition("enterprise_name", "starts", "无锡示例08"), lambda row: row["enterprise_name"].startswith("无锡示例08")),
        (Condition("park_name", "not", "湖畔软件园"), lambda row: row["park_name"] != "湖畔软件园"),
        (Condition("park_name", "blank"), lambda row: not row["park_name"]),
        (Condition("park_name", "filled"), lambda row: row["park_name"]),
        (Condition("net_ceiling_yuan", "above", Decimal(300_000)), lambda row: (row["net_ceiling_yuan"] or 0) > 300_000),
        (Condition("qualified_on", "to", date(2024, 12, 31)), lambda row: row["qualified_on"] and row["qualified_on"] <= date(2024, 12, 31)),
        (Condition("is_applied", "is", True), lambda row: row["is_applied"]),
        (Condition("outcome", "is", "eligible' or true --"), lambda row: False),
    ],
    ids=lambda value: f"{value.operator}-{value.column}" if isinstance(value, Condition) else "",
)  # fmt: skip
def test_a_condition_keeps_the_rows_that_fit_it_and_what_it_asks_for_is_bound(published: Path, condition: Condition, fits):
    with reading_as(published, *ANALYST):
        found, total = query.ask_page("clause_claims", sort="claim_id", descending=False, limit=200, where=[condition], clause="6b.1")
        whole = query.ask_page("clause_claims", sort="claim_id", descending=False, limit=200, clause="6b.1")[0]
        assert found == [row for row in whole if fits(row)] == list(
            query.ask_each("clause_claims", sort="claim_id", descending=False, where=[condition], clause="6b.1")
        )
        assert total == len(found) < len(whole)


@pytest.mark.parametrize("column", ["rowid", "search_text", 'enterprise_id" --', "address"])
def test_only_columns_a_question_returns_can_be_sorted_by_or_asked_for(published: Path, column: str):
    with reading_as(published, *ANALYST):
        with pytest.raises(ValueError, match="firm_list"):
            query.ask_page("firm_list", sort=column, descending=False, limit=5)
        with pytest.raises(ValueError, match="firm_list"):
            query.ask_page("firm_list", sort="enterprise_id", descending=False, limit=5, where=[Condition(column, "filled")])


def test_an_operator_asking_for_another_park_is_answered_with_nothing_of_it(published: Path):
    with reading_as(published, *OPERATOR):
        for where in ((), [Condition("park_id", "is", "P002")]):
            rows, total = query.ask_page("firm_list", sort="enterprise_id", descending=False, limit=200, where=where)
            assert {row["park_id"] for row in rows} <= {"P001"}
            assert total == len(rows)


def test_cached_answers_stay_within_their_bound_and_belong_to_one_scope(published: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reader, "CACHED", 200)
    monkeypatch.setattr(reader, "EVERY_CACHED", 1000)
    with reading_as(published, *ANALYST):
        for clause in ("6b.1", "4a", "8b", "11b"):
            for stage in ("applied", "approved", "paid"):
                query.ask("audit_totals", clause=clause, year=2025)
                query.ask("firm_claims", firm="91320200MA1X00003Q", year=2025)
                query.ask("clause_claims", clause=clause, stage=stage)
        assert 0 < g.reader._answers.currsize <= 200
        assert 0 < g.reader._every.currsize <= 1000
        city = query.ask("park_options")
        g.user = User("opa", "operator", ("P001",))
        assert len(query.ask("park_options")) == 1 < len(city)
        g.user = User("ana", "analyst")
        assert query.ask("park_options") == city


def test_a_row_changed_by_who_asked_is_as_it_was_for_the_next(published: Path):
    with reading_as(published, *ANALYST):
        query.ask("park_options")[0]["park_name"] = "x"
        assert query.ask("park_options")[0]["park_name"] != "x"


@pytest.mark.parametrize("scope", [None, ("P001",)], ids=str)
def test_an_answer_too_long_for_the_memory_of_pages_gets_its_own_and_pages_go_on(published: Path, monkeypatch: pytest.MonkeyPatch, scope):
    snapshots, own = Snapshots(published), []
    monkeypatch.setattr(reader, "MEMORY", "16MB")
    monkeypatch.setattr(reader, "connect", lambda *asked: own.append(asked) or connect(*asked))
    long = "select max(x) as x, md5(x::varchar) as y from range(400000) as t(x) group by y order by y desc"
    short = "select count(*) as n from dim_enterprise"
    asked = Reader(snapshots)
    firms = asked.rows(snapshots.current(), scope, short, {})
    assert len(asked.rows(snapshots.current(), scope, long, {})) == 400_000
    assert len(own) == 1
    assert Reader(snapshots).rows(snapshots.current(), scope, short, {}) == firms == asked.rows(snapshots.current(), scope, short, {})


def test_who_was_called_since_is_seen_at_once(published: Path, tmp_path: Path):
    with reading_as(published, *ANALYST):
        g.decisions = tmp_path
        claim = query.ask("outreach", contact="open")[0]["claim_id"]
        append(tmp_path, CONTACTS, {"claim_id": claim, "state": "contacted"}, "ana", when="2026-01-06T09:00:00")
        assert [row["contacted_by"] for row in query.ask("outreach", contact="contacted")] == ["ana"]
        assert query.ask_one("outreach", claim=claim)["contacted_on"] == date(2026, 1, 6)
        append(tmp_path, CONTACTS, {"claim_id": claim, "state": "open"}, "ana")
        assert query.ask("outreach", contact="contacted") == []
