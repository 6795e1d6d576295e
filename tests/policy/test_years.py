"""Figures of years and facts made of them, as `years.yaml` writes them in the manner of real clauses: no Python, no SQL."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.policy.award import Award
from pipelines.policy.case_table import given_of, lacks
from pipelines.policy.condition import Condition
from pipelines.policy.decision import Decision
from pipelines.policy.derived import Derived
from pipelines.policy.evaluator import explanation, statement
from pipelines.policy.model import Clause, Policy, Version
from pipelines.policy.program import Program
from pipelines.policy.prove_figures import of_figures
from pipelines.policy.rows import needed
from pipelines.policy.self_check import answer, questions
from pipelines.policy.settle import program
from pipelines.policy.terms import edits_of, terms
from pipelines.policy.whatif import apply_edits
from tests.policy.clauses import policy_of
from tests.policy.law import ANSWERS, committed, facts_table, read

YEARS = read("years.yaml")
NOTHING = {"words": "见条文"}


def _law(condition: dict[str, Any], award: dict[str, Any] | None = None, ages: dict[str, int] | None = None) -> tuple[Policy, Clause, Version]:
    """The committed policy, whose clause 10b.1 asks this and nothing else, of events of any kind; `ages`: how old figures may be."""
    policy = committed()
    decisions = [Decision(id=name, title="年份", setting=age, default=age, says="暂定", since=date(2024, 1, 1)) for name, age in (ages or {}).items()]
    measure = next(m for m in policy.measures if any(c.id == "10b.1" for c in m.clauses))
    clause = next(c for c in measure.clauses if c.id == "10b.1")
    version = clause.versions[0].model_copy(update={
        "conditions": [Condition.model_validate({"id": "asked", "says": "问", **condition})], "without": [c.id for c in policy.conditions],
        "award": Award.model_validate({**NOTHING, **(award or {})}), "trigger": {"event_kind": ["statistics_year", "recognition"]},
    })  # fmt: skip
    clause = clause.model_copy(update={"versions": [version]})
    changed = measure.model_copy(update={"clauses": [clause]})
    return policy.model_copy(update={"measures": [changed], "figures": "statistics", "decisions": [*policy.decisions, *decisions]}), clause, version


def _told(asked: Program, row: dict[str, Any]) -> tuple[int, Decimal | None, str | None, str | None]:
    row = {"event_id": "e", "event_kind": "statistics_year", "qualified_on": date(2024, 12, 31), **row}
    with duckdb.connect() as con:
        facts_table(con)
        con.execute(f"insert into facts ({', '.join(row)}) values ({', '.join('?' * len(row))})", list(row.values()))
        [(_, _, [answered], ceiling, *_)] = con.execute(statement([asked])).fetchall()
        [(*_, seen, reason)] = con.execute(explanation([asked])).fetchall()
    return answered, ceiling, seen, reason


def _cases(key: str) -> list[Any]:
    return [pytest.param(one, case, id=f"{one['says']}: {case['says']}") for one in YEARS[key] for case in one["cases"]]


@pytest.mark.parametrize(("clause", "case"), _cases("clauses"))
def test_a_condition_on_figures_of_years_answers(clause: dict[str, Any], case: dict[str, Any]) -> None:
    policy, of, version = _law(clause["condition"], ages=clause.get("ages"))
    answered, _, seen, reason = _told(program(policy, of, version), clause["given"] | case["with"])
    assert answered == ANSWERS[case["then"]]
    assert seen == case.get("seen", seen)
    assert reason == case.get("reason", reason)


@pytest.mark.parametrize(("clause", "case"), _cases("awards"))
def test_an_award_is_counted_from_figures_of_years(clause: dict[str, Any], case: dict[str, Any]) -> None:
    policy, of, version = _law({"operator": "is_known", "fact": "qualified_on"}, clause["award"], clause.get("ages"))
    _, ceiling, *_ = _told(program(policy, of, version), clause["given"] | case["with"])
    assert ceiling == (None if case["ceiling"] is None else Decimal(case["ceiling"]))


def test_the_cases_that_a_clause_lacks_lie_below_at_and_above_what_it_asks_and_without_it(tmp_path: Path) -> None:
    (tmp_path / "measures").mkdir()
    (tmp_path / "measures" / "m10.yaml").touch()
    for clause in YEARS["clauses"]:
        policy, of, version = _law(clause["condition"])
        given = {name: value for name, value in (clause["given"] | given_of(policy, version)).items() if name != "figure_year"}   # figures of its own year
        [lack] = lacks(policy, tmp_path, [])
        fact = version.conditions[0].fact
        if isinstance(fact, Derived) and fact.nth_year_since:
            assert lack.points == []
            continue
        asked = program(policy, of, version)
        answers = [_told(asked, {name: value for name, value in (given | point.known).items() if name not in ("event_kind", "list")})[0] for point in lack.points]
        strictly = clause["condition"]["operator"] == "above"
        assert answers[:4] == [ANSWERS["not_met"], ANSWERS["not_met" if strictly else "met"], ANSWERS["met"], ANSWERS["unknown"]], clause["says"]


def test_what_would_satisfy_it_is_told_in_its_own_unit() -> None:
    for clause in YEARS["clauses"]:
        if "needed" in clause:
            policy, _, version = _law(clause["condition"])
            assert needed(policy, version.conditions[0]) == clause["needed"]


def test_a_what_if_changes_the_share_that_a_clause_asks_for() -> None:
    policy, _, version = _law({"operator": "at_least", "fact": {"growth_of": "revenue_yuan"}, "value": 0.3})
    [term] = [term for term in terms(policy, version.document) if term.key == "10b.1.asked"]
    assert (term.unit, term.value) == ("percent", "30")
    edited = apply_edits(policy, edits_of(policy, version.document, {"10b.1.asked": "20"}))
    assert edited.measures[0].clauses[0].versions[0].conditions[0].value == 0.2


@pytest.mark.parametrize(
    ("condition", "typed", "outcome"),
    [
        ({"operator": "at_least", "fact": {"growth_of": "revenue_yuan"}, "value": 0.3}, {"revenue_yuan": "130", "revenue_yuan_1": "100"}, "eligible"),
        ({"operator": "at_least", "fact": {"growth_of": "revenue_yuan"}, "value": 0.3}, {"revenue_yuan": "130", "revenue_yuan_1": ""}, "undetermined"),
        ({"operator": "at_least", "fact": {"sum_of": "rd_expense_yuan", "years": 3}, "value": 10_000}, {"rd_expense_yuan": "1", "rd_expense_yuan_1": "0", "rd_expense_yuan_2": "0"}, "eligible"),
        ({"operator": "first_reaches", "fact": "revenue_yuan", "value": 10_000}, {"revenue_yuan": "2", "revenue_yuan_highest": "0.5"}, "eligible"),
        ({"operator": "first_reaches", "fact": "revenue_yuan", "value": 10_000}, {"revenue_yuan": "2", "revenue_yuan_highest": "1"}, "not_eligible"),
        ({"operator": "first_reaches", "fact": "revenue_yuan", "value": 10_000}, {"revenue_yuan": "2"}, "undetermined"),
        ({"operator": "at_least", "fact": {"figure": "revenue_yuan", "calendar_year": -1}, "value": 10_000}, {"revenue_yuan_1": "1"}, "eligible"),
        ({"operator": "at_most", "fact": {"nth_year_since": "registered_on"}, "value": 3}, {"registered_on": "2024-01-01", "qualified_on": "2026-01-01"}, "eligible"),
    ],
)  # fmt: skip
def test_a_firm_asks_of_itself_with_the_figure_of_each_year(condition: dict[str, Any], typed: dict[str, str], outcome: str) -> None:
    policy, _, version = _law(condition)
    keys = {question.key for question in questions(policy, version.document, "10b.1", {})}
    assert keys - {"event_kind"} >= typed.keys()
    told = answer(policy, version.document, "10b.1", {"event_kind": "statistics_year", **typed}, {})
    assert told["outcome"] == outcome


@pytest.mark.parametrize(
    ("fact", "words", "told"),
    [
        ("revenue_yuan", "上年度营业收入1000万元", ["condition x, fact: the words say 上年度", "Add D20.age."]),
        ({"figure": "revenue_yuan", "year": -1}, "上一年营业收入1000万元", ["condition x, fact: the words say 上年度", "Add D20.age."]),
        ({"figure": "revenue_yuan", "calendar_year": -1}, "上年度营业收入1000万元", []),
        ("revenue_yuan", "年度营业收入1000万元", ["does not say how many years before that of the event the last yearly figures may lie. Add D20.age."]),
        ({"growth_of": "month_revenue_yuan"}, "较上年同期增长30%", ["how many months before its day the last monthly report may lie. Add D20.month_age."]),
    ],
)
def test_a_clause_about_a_day_says_which_year_of_figures_it_means(fact: Any, words: str, told: list[str]) -> None:
    condition = {"id": "x", "says": "营业收入", "operator": "at_least", "fact": fact, "value": 1, "quote": words, "decision": "D1"}
    policy = policy_of({"trigger": {"event_kind": ["recognition"]}, "conditions": [condition]}, figures="statistics")
    found = list(of_figures(policy, policy.measures[0].clauses[0].versions[0], "x", "policy.yaml", "decisions.yaml"))
    assert len(found) == len(told)
    assert all(part in one for part, one in zip(told, found, strict=True))


def test_a_clause_about_years_of_figures_has_no_age_to_settle() -> None:
    condition = {"id": "x", "says": "上年度营业收入", "operator": "at_least", "fact": {"figure": "revenue_yuan", "year": -1}, "value": 1, "quote": "上年度", "decision": "D1"}
    policy = policy_of({"trigger": {"event_kind": ["statistics_year"]}, "conditions": [condition]}, figures="statistics")
    assert list(of_figures(policy, policy.measures[0].clauses[0].versions[0], "x", "policy.yaml", "decisions.yaml")) == []


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        ({"growth_of": "registered_on"}, "growth_of: 'registered_on' is no figure of years. Use one of software_revenue_yuan,"),
        ({"growth_of": "revenue_yuan", "sum_of": "revenue_yuan"}, "is made in one way, not by growth_of and sum_of"),
        ({"sum_of": "revenue_yuan"}, "years: sum_of needs it"),
        ({"sum_of": "revenue_yuan", "years": 1}, "greater than or equal to 2"),
        ({"figure": "revenue_yuan", "year": 1}, "less than or equal to 0"),
        ({"figure": "revenue_yuan", "year": -1, "calendar_year": -1}, "calendar_year: stands beside year"),
        ({"ratio_of": ["rd_expense_yuan", "revenue_yuan"], "calendar_year": -1}, "calendar_year: ratio_of takes none. Write it within"),
        ({"growth_of": "month_revenue_yuan", "calendar_year": -1}, "calendar_year: the monthly form tells of no other year"),
        ({"ratio_of": ["staff_count", "revenue_yuan"]}, "Use two of one type"),
        ({"ratio_of": ["rd_expense_yuan", {"growth_of": "revenue_yuan"}]}, "growth_of is a share or a count of years itself"),
        ({"ratio_of": ["rd_expense_yuan"]}, "at least 2 items"),
        ({"nth_year_since": "revenue_yuan"}, "'revenue_yuan' is no day"),
        ({"grown_by": "revenue_yuan"}, "grown_by"),
    ],
)
def test_a_fact_that_cannot_be_made_is_told(fact: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Condition.model_validate({"id": "x", "says": "问", "operator": "at_least", "fact": fact, "value": 1})
