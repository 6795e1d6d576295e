"""Every question's record is what DuckDB says of its file, and every filter of it narrows it as it says."""

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from conftest import reading_as
from flask import g

from dashboard import query
from dashboard.access.accounts import User
from dashboard.access.scope import connect, scope_of
from dashboard.filters import FILTERS
from dashboard.questions import QUESTIONS
from dashboard.questions.policy import WHERE_AND_WHEN
from dashboard.questions.question import QUERIES, Question

ANALYST, OPERATOR = ("analyst",), ("operator", "P001")
GIVEN: dict[str, Any] = {
    "clause": "6b.1", "firm": "91320200MA1X00003Q", "park": "P001", "district": "320211", "measure": 6, "year": 2025, "outcome": "eligible", "stage": "paid",
    "condition": "scope", "q": "软件", "software": "met", "claim": "claim00001", "amount": 10, "contact": "open", "finding": "paid_not_eligible",
    "finding_status": "open", "owner": "wu", "findings": "F0,F1", "claims": "claim00001,claim00002", "assignee": "wu", "hide": "both",
    "source": "payments", "file_status": "loaded", "severity": "warn", "verdict": "failed", "check": "applications_approved", "decision": "review",
    "name_key": "示例零零四软件", "code_given": "", "period": "2025-06", "segment": "product", "size": "500w_2000w", "indicator": "a",
    "lead": "d30", "deadline": "certificate", "decided": "open", "kind": "award", "month": "2025-06", "grounded": "yes", "there": "yes", "weight": "error",
}
named = pytest.mark.parametrize("name", sorted(name for name, question in QUESTIONS.items() if not question.is_of_comparison))


def test_every_file_has_a_record_and_every_record_a_file():
    assert set(QUESTIONS) == {file.stem for file in QUERIES.glob("*.sql")}


@named
@pytest.mark.parametrize("user", [ANALYST, OPERATOR], ids=str)
def test_a_record_tells_the_names_bound_and_the_columns_returned(published: Path, name: str, user: tuple[str, ...]):
    question = QUESTIONS[name]
    with reading_as(published, *user):
        sql, values = query.statement(question, GIVEN if name == "outreach_groups" else {})
        cursor = connect(g.snapshot.database, scope_of(g.user))
        assert cursor.extract_statements(question.sql)[0].named_parameters == set(question.takes)
        told = {column: kind.lower() for column, kind, *_ in cursor.execute(f"describe {sql}", values).fetchall()}
        assert told == {column: kind for column, kind in question.returns.items() if column not in question.unseen}


@named
@pytest.mark.parametrize("user", [ANALYST, OPERATOR], ids=str)
def test_filters_narrow_a_question_each_alone_and_all_together(published: Path, name: str, user: tuple[str, ...]):
    question = QUESTIONS[name]
    with reading_as(published, *user):
        assert question.filters <= set(GIVEN)
        taken = {key: GIVEN[key] for key in (*question.takes, *question.cuts) if key in GIVEN and key in ("clause", *question.takes)}
        rows = query.ask(name, **taken)
        for cut in (*({key: GIVEN[key]} for key in question.cut_by), {key: GIVEN[key] for key in question.cut_by}):
            assert all(row in rows for row in query.ask(name, **taken, **cut)), cut


@pytest.mark.parametrize(
    ("name", "cut", "kept"),
    [
        ("clause_claims", {"district": "320211"}, lambda row: row["district_code"] == "320211"),
        ("clause_claims", {"year": 2025, "outcome": "eligible"}, lambda row: (row["qualified_year"], row["outcome"]) == (2025, "eligible")),
        ("clause_claims", {"stage": "applied"}, lambda row: row["is_applied"]),
        ("firm_list", {"software": "met", "park": "P001"}, lambda row: (row["software_outcome"], row["park_id"]) == ("met", "P001")),
        ("outreach", {"amount": 30}, lambda row: (row["net_ceiling_yuan"] or 0) >= 300_000),
        ("audit", {"clause": "6b.1", "year": 2025}, lambda row: (row["clause_id"], row["found_on"].year) == ("6b.1", 2025)),
        ("clause_months", {"year": 2024}, lambda row: row["month"].year == 2024),
        ("quality_results", {"verdict": "failed"}, lambda row: not row["is_success"]),
    ],
)  # fmt: skip
def test_a_cut_is_the_rows_that_fit_it(published: Path, name: str, cut: dict[str, Any], kept: Callable[[dict[str, Any]], bool]):
    with reading_as(published, *ANALYST):
        taken = {"clause": "6b.1"} if "clause" in (*QUESTIONS[name].takes, *QUESTIONS[name].cuts) else {}
        whole, found = query.ask(name, **taken), query.ask(name, **taken, **cut)
        assert found == [row for row in whole if kept(row)]
        assert 0 < len(found) < len(whole)


@pytest.mark.parametrize("question", [question for question in QUESTIONS.values() if question.key and not question.is_of_comparison], ids=lambda question: question.name)
def test_the_key_of_a_question_tells_its_rows_apart(published: Path, question):
    with reading_as(published, *ANALYST):
        keys = [row[question.key] for row in query.ask(question.name, clause="6b.1")]
        assert len(set(keys)) == len(keys) > 0


def test_groups_of_the_claims_to_call_about_are_cut_as_their_list_is(published: Path):
    with reading_as(published, *ANALYST):
        for cut in ({}, {"district": "320211"}, {"measure": 6, "amount": 30}, {"contact": "contacted"}):
            total = next(row for row in query.ask("outreach_groups", **cut) if row["clause_id"] is None)
            assert total["outreach_count"] == len(query.ask("outreach", **cut))


def test_the_cuts_of_a_clause_add_up_to_the_whole(published: Path):
    sums = ("eligible_count", "applied_count", "paid_count", "ceiling_yuan", "paid_yuan", "outreach_count")
    with reading_as(published, *ANALYST):
        years = [row for option in query.ask("year_options") for row in query.ask("clause_uptake", year=option["year"])]
        for row in query.ask("clause_uptake"):
            parts = [part for part in years if part["clause_id"] == row["clause_id"]]
            assert [sum(part[key] or 0 for part in parts) for key in sums] == [row[key] or 0 for key in sums]


def _cuts(question: Question) -> Iterator[dict[str, Any]]:
    """Cuts of a clause, and of all, by place and year, all of each among them; and by each value of the other filters at hand."""
    offered = {key: [int(value) if FILTERS[key].is_number else value for value, _ in FILTERS[key].options()] for key in question.at_hand}
    together = {key: [None, *offered[key]] for key in question.at_hand if key in WHERE_AND_WHEN}
    by_place = [dict(zip(together, found, strict=True)) for found in product(*together.values())]
    yield from ({"clause": "6b.1", **cut} for cut in by_place)
    yield from by_place[::3]
    yield from ({key: value} for key in question.at_hand if key not in together for value in offered[key])


@pytest.mark.parametrize("name", [question.name for question in QUESTIONS.values() if question.at_hand])
@pytest.mark.parametrize("user", [ANALYST, OPERATOR], ids=str)
def test_rows_found_at_hand_are_what_duckdb_answers(published: Path, monkeypatch: pytest.MonkeyPatch, name: str, user: tuple[str, ...]):
    question = QUESTIONS[name]
    with reading_as(published, *user):
        cuts = list(_cuts(question))
        asked = [{"sort": sort, "descending": at % 2 == 0, "limit": 3} for at, sort in enumerate(set(question.returns) - set(question.unseen))]

        def answers() -> list[Any]:
            return [(query.ask(name, **cut), query.ask_page(name, **asked[at % len(asked)], **cut)) for at, cut in enumerate(cuts)]

        at_hand = answers()
        assert g.reader._every
        monkeypatch.setattr(query, "EVERY", 0)
        for most in (len(at_hand[0][0]), 0):  # so many of one clause alone are kept; none are
            monkeypatch.setattr(query, "PART", most)
            g.reader._every.clear()
            assert at_hand == answers()
        assert not any(every.rows for every in g.reader._every.values())  # none was kept at last
        assert sum(bool(rows) for rows, _ in at_hand) > 1


def test_the_cuts_of_one_reader_are_not_another_s(published: Path):
    with reading_as(published, *ANALYST):
        city = query.ask("clause_parks", clause="6b.1")
        g.user = User("opa", "operator", ("P001",))
        own = query.ask("clause_parks", clause="6b.1")
        assert {row["park_id"] for row in own} == {"P001"} < {row["park_id"] for row in city}
        assert query.ask("clause_uptake", clause="6b.1") == query.ask("clause_uptake", clause="6b.1", park="P002") == []
        g.user = User("ana", "analyst")
        assert query.ask("clause_parks", clause="6b.1") == city
