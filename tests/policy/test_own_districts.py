"""A clause that a what-if gives districts of its own (D8): it holds there and nowhere else, the others as before."""

from typing import Any

import duckdb
import pytest

from pipelines.base.errors import PolicyError
from pipelines.policy.evaluator import programs_of, statement
from pipelines.policy.terms import edits_of
from pipelines.policy.whatif import apply_edits
from tests.policy.law import ANSWERS, COLUMNS, OUTCOMES, committed, facts_table, given

BINHU, LIANGXI, JIANGYIN, OUTSIDE = "320211", "320213", "320281", "市外"


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    facts_table(con)
    return con


def outcome(con: duckdb.DuckDBPyConnection, edits: dict[str, Any], clause_id: str, district: str | None) -> str:
    """What the edited law says of a firm that meets all else, registered there."""
    facts = {"named_firm_count": 1} | given(clause_id, "m06-specialised-sme") | {"district_code": district}
    row = {key: ANSWERS.get(value, value) if COLUMNS[key] == "answer" else value for key, value in facts.items()}
    con.execute("delete from facts")
    con.execute(f"insert into facts (event_id, {', '.join(row)}) values ('e', {', '.join('?' * len(row))})", list(row.values()))
    [(_, _, answers, *_)] = con.execute(statement(programs_of(apply_edits(committed(), edits), clause_id=clause_id))).fetchall()
    return OUTCOMES[max(answers)]


@pytest.mark.parametrize(
    ("clause", "district", "before", "after"),
    [
        ("6b.1", BINHU, "eligible", "eligible"), ("6b.1", LIANGXI, "eligible", "not_eligible"), ("6b.1", JIANGYIN, "not_eligible", "eligible"),
        ("6b.1", OUTSIDE, "not_eligible", "not_eligible"), ("6b.1", None, "undetermined", "undetermined"),
        ("6b.2", LIANGXI, "eligible", "eligible"), ("6b.2", JIANGYIN, "not_eligible", "not_eligible"),
    ],
)  # fmt: skip
def test_a_clause_with_districts_of_its_own_holds_there_and_the_others_where_they_did(
    con: duckdb.DuckDBPyConnection, clause: str, district: str | None, before: str, after: str
) -> None:
    assert outcome(con, {}, clause, district) == before
    assert outcome(con, {"clauses": {"6b.1": {"districts": [BINHU, JIANGYIN]}}}, clause, district) == after


def test_districts_of_its_own_stand_beside_other_changes_and_before_the_reading_of_all(con: duckdb.DuckDBPyConnection) -> None:
    edits = edits_of(committed(), "draft", {"6b.1.districts": f"{BINHU},{LIANGXI}", "6b.1.cap_wan": "80", "D8": "with_reference"})
    assert edits["clauses"]["6b.1"] == {"districts": [BINHU, LIANGXI], "award": {"cap_yuan": 800_000}}
    assert outcome(con, edits, "6b.1", JIANGYIN) == "not_eligible"
    assert outcome(con, edits, "6b.2", JIANGYIN) == "eligible"


@pytest.mark.parametrize("districts", [[], ["999999"], "320211", None, [BINHU, "市外"]], ids=str)
def test_districts_that_the_policy_does_not_know_are_refused_with_those_it_does(districts: Any) -> None:
    with pytest.raises(PolicyError, match=r"clause 6b\.1, districts: .* 320205"):
        apply_edits(committed(), {"clauses": {"6b.1": {"districts": districts}}})


def test_the_districts_of_the_policy_itself_change_nothing() -> None:
    same = apply_edits(committed(), {"clauses": {"6b.1": {"districts": ["320214", "320205", "320206", "320211", "320211-JK", "320213"]}}})
    assert same.model_dump() == committed().model_dump()
