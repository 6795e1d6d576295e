"""第一起草单位, 牵头, 参与: the part a firm took, in declared words; what the list does not say is unknown."""

from datetime import date
from decimal import Decimal

import pytest

from pipelines.policy.vocabulary import vocabulary
from pipelines.settings import PROJECT
from pipelines.sources.cells import BadCell, parse
from pipelines.sources.contract import load_contracts
from tests.policy.clauses import asked, policy_of
from tests.policy.law import ANSWERS

LED = policy_of({
    "trigger": {"event_kind": ["project"]},
    "conditions": [{"id": "role", "says": "牵头或为第一单位", "operator": "is_one_of", "fact": "role", "value": ["第一单位", "牵头"]}],
    "award": {"words": "最高30万元", "cap_yuan": 300_000},
})  # fmt: skip


@pytest.mark.parametrize(("role", "answer"), [("第一单位", "met"), ("牵头", "met"), ("参与", "not_met"), (None, "unknown")])
def test_a_clause_asks_for_a_role_and_a_missing_one_is_unknown(role: str | None, answer: str) -> None:
    told = asked(LED, {"event_kind": "project", "role": role})
    assert told is not None
    assert (told.answers, told.ceiling, told.seen) == ([ANSWERS[answer]], Decimal(300_000), [role])


@pytest.mark.parametrize("source", ["projects", "recognitions", "matters"])
def test_a_file_says_a_role_in_words_that_are_declared(source: str) -> None:
    [column] = [column for column in load_contracts()[source].columns if column.name == "role"]
    read = {word: parse(column, word, date(2025, 1, 1))[0] for word in ("第一起草单位", "牵头单位", "参与起草", "")}
    assert read == {"第一起草单位": "第一单位", "牵头单位": "牵头", "参与起草": "参与", "": None}
    with pytest.raises(BadCell, match="不在可选项内：请改为 第一单位、牵头、参与 之一"):
        parse(column, "第三", date(2025, 1, 1))


def test_a_role_that_no_file_can_say_is_told() -> None:
    [condition] = LED.measures[0].clauses[0].versions[0].conditions
    words = vocabulary(PROJECT / "data" / "reference" / "wuxi")
    assert list(words.of_condition(condition, ["第一起草单位"], ["project"])) == ["value: 第一起草单位 is no role. Use one of 第一单位, 牵头, 参与"]
    assert list(words.of_condition(condition, ["牵头"], ["listing"])) == ["fact: role is never told of listing, only of recognition, project, investment, matter. Ask about another fact or of other events"]
