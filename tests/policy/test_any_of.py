"""满足下列条件之一: one condition that holds is enough; a doubt about one stays a doubt only while none holds."""

from datetime import date
from typing import Any

import duckdb
import pytest

from pipelines.policy.condition import Condition
from pipelines.policy.evaluator import explanation, statement
from pipelines.policy.program import Program
from pipelines.policy.rows import needed
from pipelines.policy.settle import program
from pipelines.policy.terms import terms
from tests.policy.law import ANSWERS, committed, facts_table

GROWN = {
    "id": "grown", "says": "收入或从业人数达到其一，或经专家认可", "operator": "any_of",
    "any_of": [
        {"id": "sales", "says": "营业收入超过2000万元", "operator": "above", "fact": "revenue_yuan", "value": 20_000_000, "quote": "收入超过2000万元"},
        {"id": "staff", "says": "从业人数不少于50人", "operator": "at_least", "fact": "staff_count", "value": 50, "decision": "D20"},
        {"id": "seen", "says": "经专家认可", "operator": "human_judgement", "fact": "is_exceptional"},
    ],
}  # fmt: skip


def _asked(condition: dict[str, Any]) -> Program:
    policy = committed()
    clause = next(c for m in policy.measures for c in m.clauses if c.id == "10b.1")
    version = clause.versions[0].model_copy(
        update={"conditions": [Condition.model_validate(condition)], "without": [c.id for c in policy.conditions]}
    )
    return program(policy, clause.model_copy(update={"versions": [version]}), version)


@pytest.mark.parametrize(
    ("revenue", "staff", "expert", "answer"),
    [
        (20_000_000.01, None, None, "met"),
        (20_000_000, 50, None, "met"),
        (20_000_000, 49, True, "met"),
        (20_000_000, None, False, "unknown"),
        (None, 49, None, "unknown"),
        (20_000_000, 49, None, "needs_review"),
        (20_000_000, 49, False, "not_met"),
    ],
)
def test_one_condition_that_holds_is_enough(revenue: float | None, staff: int | None, expert: bool | None, answer: str) -> None:
    with duckdb.connect() as con:
        facts_table(con)
        con.execute(
            "insert into facts (event_id, event_kind, revenue_yuan, staff_count, is_exceptional) values ('e', 'rent_year', ?, ?, ?)",
            [revenue, staff, expert],
        )
        (answers,) = con.execute(f"select answers from ({statement([_asked(GROWN)])})").fetchall()
    assert answers[0] == [ANSWERS[answer]]


def test_what_was_looked_at_names_each_condition_and_the_reason_those_that_hold() -> None:
    with duckdb.connect() as con:
        facts_table(con)
        con.execute("insert into facts (event_id, event_kind, staff_count) values ('e', 'rent_year', 60)")
        seen, reason = con.execute(f"select value_seen, reason from ({explanation([_asked(GROWN)])})").fetchall()[0]
    assert seen == "营业收入超过2000万元：未载明；从业人数不少于50人：60；经专家认可：未载明"
    assert reason == "满足：从业人数不少于50人"
    assert needed(committed(), Condition.model_validate(GROWN)) == "满足其一：营业收入超过2000万元；从业人数不少于50人；经专家认可"


def test_a_condition_that_is_not_asked_of_an_event_passes_with_all_its_parts() -> None:
    with duckdb.connect() as con:
        facts_table(con)
        con.execute("insert into facts (event_id, event_kind, qualified_on) values ('e', 'rent_year', ?)", [date(2025, 1, 1)])
        (answers,) = con.execute(f"select answers from ({statement([_asked(GROWN | {'when': {'event_kind': ['listing']}})])})").fetchall()
    assert answers[0] == [0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"any_of": []}, "any_of needs two conditions or more"),
        ({"any_of": GROWN["any_of"][:1]}, "any_of needs two conditions or more"),  # type: ignore[index]
        ({"operator": "is_true", "fact": "is_exceptional"}, "only it takes some"),
        ({"any_of": [GROWN["any_of"][0], {**GROWN["any_of"][1], "when": {"event_kind": ["listing"]}}]}, "condition staff has any_of or when itself"),  # type: ignore[index,dict-item]
        ({"any_of": [GROWN["any_of"][0], GROWN]}, "condition grown has any_of or when itself"),  # type: ignore[index]
    ],
)
def test_a_list_of_conditions_that_cannot_be_asked_is_told(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Condition.model_validate(GROWN | change)


def test_a_threshold_within_can_be_changed_by_a_what_if() -> None:
    policy = committed()
    measure = next(m for m in policy.measures if any(c.id == "10b.1" for c in m.clauses))
    clause = next(c for c in measure.clauses if c.id == "10b.1")
    version = clause.versions[0].model_copy(update={"conditions": [Condition.model_validate(GROWN)]})
    changed = clause.model_copy(update={"versions": [version]})
    other = measure.model_copy(update={"clauses": [changed if c.id == "10b.1" else c for c in measure.clauses]})
    found = {term.key: term for term in terms(policy.model_copy(update={"measures": [other]}), version.document)}
    assert found["10b.1.sales_wan"].path == ("clauses", "10b.1", "conditions", "grown", "any_of", "sales", "value")
    assert found["10b.1.staff"].value == "50"
