"""Whether a firm holds a title on the day of another event: by its spans, unknown where lists do not reach (D10). Cases in `holds.yaml`."""

from functools import cache
from typing import Any

import pytest

from pipelines.policy.rows import policy_rows
from pipelines.policy.vocabulary import vocabulary
from pipelines.settings import PROJECT
from tests.policy.clauses import DAY, asked, policy_of
from tests.policy.law import ANSWERS, read
from tests.policy.test_title_cases import EVENTS, _lists_of_old, _of_titles

REFERENCE = PROJECT / "data" / "reference" / "wuxi"
CASES = read("holds.yaml")["cases"]


def holds(*titles: str, **more: Any) -> dict[str, Any]:
    """A clause on a project that asks for these titles."""
    condition = {"id": "held", "says": "持有", "operator": "holds_title", "fact": "titles_held", "value": list(titles)} | more
    return {"trigger": {"event_kind": ["project"]}, "conditions": [condition]}


def _found(cases: list[dict[str, Any]], others: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What the model tells of each case, all of them asked at once: each of firms and of a kind of event of its own."""
    def own(line: dict[str, Any], number: int) -> dict[str, Any]:
        like = "|".join(f"{firm}{number}" for firm in line["like"].split("|")) if "like" in line else None
        return line | {"firm": line.get("firm", "A") and f"{line.get('firm', 'A')}{number}", "like": like}

    rows = _of_titles("int_title_holdings", [*(own(line, n) for n, case in enumerate(cases) for line in case["lines"]), *others], "int_title_spans", tables={
        "stg_listings": (EVENTS["stg_listings"], []),
        "stg_enterprises": ("enterprise_id varchar, registered_on date, settled_on date",
            [{"enterprise_id": f"A{n}", "registered_on": DAY, "settled_on": case.get("settled_on", DAY)} for n, case in enumerate(cases)]),
        "policy_clause": ("first_day date, lookback_years bigint, event_kinds varchar[], asked_titles varchar[]",
            [{"lookback_years": 5, "event_kinds": [f"k{n}"], "asked_titles": [case["asked"]]} for n, case in enumerate(cases)]),
        "int_events": ("event_id varchar, event_kind varchar, enterprise_id varchar, qualified_on date",
            [{"event_id": case["says"], "event_kind": f"k{n}", "enterprise_id": f"A{n}", "qualified_on": case["day"]} for n, case in enumerate(cases)]),
    })  # fmt: skip
    return {row["event_id"]: row for row in rows}


@cache
def _told() -> dict[str, dict[str, Any]]:
    together = [case for case in CASES if not case.get("alone")]
    found = _found(together, _lists_of_old([{"list": case["asked"].partition("/")[0]} for case in together]))
    for case in CASES:
        found |= _found([case], []) if case.get("alone") else {}
    return found


@pytest.mark.parametrize("case", [pytest.param(case, id=case["says"]) for case in CASES])
def test_a_title_is_held_on_the_day_of_another_event(case: dict[str, Any]) -> None:
    row = _told()[case["says"]]
    told = asked(policy_of(holds(case["asked"])), {"event_kind": "project", "titles_held": row["titles_held"], "titles_held_reason": row["titles_held_reason"]})
    assert told is not None
    assert told.answers == [ANSWERS[case["then"]]]
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
