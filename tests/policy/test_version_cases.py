"""Cases of a clause whose words change within one document: 6b.1 with 500,000 to 31 December 2024, then 800,000."""

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from pipelines.policy.evaluator import explanation, programs_of, statement
from pipelines.policy.model import Policy
from pipelines.policy.rows import policy_rows
from pipelines.policy.whatif import apply_edits
from tests.policy.law import OUTCOMES, committed, facts_table

FIRST, SECOND = "wuxi-software/draft/6b.1", "wuxi-software/draft/6b.1@2025-01-01"
CHANGE = date(2025, 1, 1)
EVENT = {
    "event_id": "e", "event_kind": "recognition", "list": "specialised_sme", "level": "national",
    "district_code": "320214", "software_answer": 0, "first_answer": 0, "named_firm_count": 1,
}  # fmt: skip


def dated(*later: dict[str, Any]) -> Policy:
    """The committed law with later versions of 6b.1; each runs to the day before the next."""
    content = committed().model_dump()
    clause = next(c for m in content["measures"] for c in m["clauses"] if c["id"] == "6b.1")
    clause["versions"] += [clause["versions"][0] | version for version in later]
    return Policy.model_validate(content)


CHANGED = {"first_day": CHANGE, "award": {"words": "最高80万元", "cap_yuan": 800_000}}
GAP = {"first_day": CHANGE, "coverage": {"status": "not_encoded"}, "trigger": {}, "conditions": []}


def answers(policy: Policy, day: date | None) -> list[tuple[str, str, Decimal | None]]:
    """Clause version, outcome and ceiling: a row for each version that answers an event of the day."""
    with duckdb.connect() as con:
        facts_table(con)
        row = EVENT | {"qualified_on": day}
        con.execute(f"insert into facts ({', '.join(row)}) values ({', '.join('?' * len(row))})", list(row.values()))
        programs = programs_of(policy, clause_id="6b.1")
        found = con.execute(statement(programs)).fetchall()
        asked = con.execute(f"select distinct clause_key from ({explanation(programs)})").fetchall()
    assert [row[0] for row in found] == [key for (key,) in asked]
    return [(key, OUTCOMES[max(of)], ceiling) for key, _, of, ceiling, *_ in found]


@pytest.mark.parametrize(
    ("says", "day", "answer"),
    [
        ("before all versions the window of the first says no", date(2023, 12, 31), (FIRST, "not_eligible", 500_000)),
        ("on the first day of all", date(2024, 1, 1), (FIRST, "eligible", 500_000)),
        ("on the day before the change", date(2024, 12, 31), (FIRST, "eligible", 500_000)),
        ("on the day of the change", date(2025, 1, 1), (SECOND, "eligible", 800_000)),
        ("on the day after the change", date(2025, 1, 2), (SECOND, "eligible", 800_000)),
        ("on the last day of all", date(2025, 12, 31), (SECOND, "eligible", 800_000)),
        ("after all versions the window of the last says no", date(2026, 1, 1), (SECOND, "not_eligible", 800_000)),
        ("on a day not known the last version doubts", None, (SECOND, "undetermined", 800_000)),
    ],
)
def test_an_event_falls_to_the_version_in_force_on_its_day(says: str, day: date | None, answer: Any) -> None:
    assert answers(dated(CHANGED), day) == [answer], says


def test_in_a_gap_that_is_declared_there_is_no_claim() -> None:
    policy = dated(GAP, CHANGED | {"first_day": date(2025, 7, 1)})
    assert [len(answers(policy, day)) for day in (date(2024, 12, 31), date(2025, 1, 1), date(2025, 6, 30))] == [1, 0, 0]
    assert answers(policy, date(2025, 7, 1)) == [("wuxi-software/draft/6b.1@2025-07-01", "eligible", 800_000)]


def test_after_a_last_version_that_computes_nothing_a_day_not_known_still_doubts() -> None:
    assert answers(dated(GAP), date(2025, 1, 1)) == []
    assert answers(dated(GAP), None) == [(FIRST, "undetermined", 500_000)]


def test_each_version_is_a_row_of_its_own_and_the_clause_is_covered_once() -> None:
    rows = policy_rows([dated(CHANGED)])
    of_clause = [row for row in rows.clause if (row.clause_id, row.document) == ("6b.1", "draft")]
    assert [(row.clause_key, row.first_day, row.cap_yuan) for row in of_clause] == [
        (FIRST, date(2024, 1, 1), 500_000), (SECOND, CHANGE, 800_000),
    ]  # fmt: skip
    covered = [(row.document, row.item_id) for row in rows.coverage]
    assert len(covered) == len(set(covered))
    before = {row.clause_key for row in policy_rows([committed()]).clause}
    assert {row.clause_key for row in rows.clause} - before == {
        SECOND
    }  # no key changes when a version is added


def test_an_edit_of_what_if_takes_all_versions_or_the_one_it_names() -> None:
    def caps(name: str) -> list[int]:
        policy = apply_edits(dated(CHANGED), {"clauses": {name: {"award": {"cap_yuan": 1}}}})
        return [int(answers(policy, day)[0][2] or 0) for day in (date(2024, 12, 31), CHANGE)]

    assert caps("6b.1") == [1, 1]
    assert caps("6b.1@2025-01-01") == [500_000, 1]
    without = apply_edits(dated(CHANGED), {"clauses": {"6b.1@2025-01-01": None}})
    assert answers(without, CHANGE) == [(FIRST, "eligible", 500_000)]
