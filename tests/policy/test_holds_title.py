"""Whether a firm holds a title on the day of another event: by its spans, unknown where lists do not reach (D10). Cases in `holds.yaml`."""

from typing import Any

import pytest

from pipelines.policy.rows import policy_rows
from pipelines.policy.vocabulary import vocabulary
from pipelines.settings import PROJECT
from tests.policy.clauses import DAY, asked, policy_of
from tests.policy.law import ANSWERS, read
from tests.policy.test_title_cases import EVENTS, _lists_of_old, _of_titles

REFERENCE = PROJECT / "data" / "reference" / "wuxi"
CASES = [pytest.param(case, id=case["says"]) for case in read("holds.yaml")["cases"]]


def holds(*titles: str, **more: Any) -> dict[str, Any]:
    """A clause on a project that asks for these titles."""
    condition = {"id": "held", "says": "持有", "operator": "holds_title", "fact": "titles_held", "value": list(titles)} | more
    return {"trigger": {"event_kind": ["project"]}, "conditions": [condition]}


@pytest.mark.parametrize("case", CASES)
def test_a_title_is_held_on_the_day_of_another_event(case: dict[str, Any]) -> None:
    lines = case["lines"] + ([] if case.get("alone") else _lists_of_old([{"list": case["asked"].partition("/")[0]}]))
    [row] = _of_titles("int_title_holdings", lines, "int_title_spans", tables={
        "stg_listings": (EVENTS["stg_listings"], []),
        "policy_clause": ("first_day date, lookback_years bigint, event_kinds varchar[], asked_titles varchar[]",
            [{"lookback_years": 5, "event_kinds": ["project"], "asked_titles": [case["asked"]]}]),
        "int_events": ("event_id varchar, event_kind varchar, enterprise_id varchar, qualified_on date",
            [{"event_id": "e", "event_kind": "project", "enterprise_id": "A", "qualified_on": case["day"]},
             {"event_id": "other", "event_kind": "listing", "enterprise_id": "A", "qualified_on": case["day"]}]),
    })  # fmt: skip
    facts = {"event_kind": "project", "titles_held": row["titles_held"], "titles_held_reason": row["titles_held_reason"]}
    told = asked(policy_of(holds(case["asked"])), facts)
    assert told is not None
    assert (row["event_id"], told.answers) == ("e", [ANSWERS[case["then"]]])
    assert case.get("words", "") in (told.seen[0] or "")


@pytest.mark.parametrize(
    ("held", "answer"),
    [("a=是；b=否", "met"), ("a=是", "met"), ("a=否；b=否", "not_met"), ("a=否", "unknown"), (None, "unknown"), ("aa=是；b=否", "unknown")],
)
def test_of_several_titles_one_is_enough_and_one_that_is_not_known_may_be_it(held: str | None, answer: str) -> None:
    told = asked(policy_of(holds("a", "b")), {"event_kind": "project", "titles_held": held, "titles_held_reason": "a=甲，2024 起|b=未收到"})
    assert told is not None
    assert (told.answers, told.seen) == ([ANSWERS[answer]], ["甲，2024 起；未收到"])


def test_every_title_that_any_option_of_a_decision_asks_for_is_looked_up() -> None:
    decision = {"id": "T", "title": "称号", "setting": "wide", "default": "wide", "says": "定", "since": DAY,
        "options": {"wide": ["cmmi", "specialised_sme/city"], "narrow": ["specialised_sme/national"]}}  # fmt: skip
    version = holds()
    version["conditions"][0]["value"] = {"setting": "T"}
    [row] = policy_rows([policy_of(version, decisions=[decision])]).clause
    assert row.asked_titles == ["cmmi", "specialised_sme/city", "specialised_sme/national"]


def test_a_title_or_rank_that_there_is_not_is_told() -> None:
    words = vocabulary(REFERENCE)
    [condition] = policy_of(holds("cmmi/3")).measures[0].clauses[0].versions[0].conditions
    assert list(words.of_condition(condition, ["cmmi/3", "specialised_sme/national", "feifeng"], ["project"])) == []
    for wrong in ("cmmi/6", "feifeng/national", "cmi"):
        [said] = words.of_condition(condition, [wrong], ["project"])
        assert said.startswith(f"value: {wrong} is no titles_held. Use one of cmmi, cmmi/1, ")
