"""What a firm may ask of itself: the questions of a clause, and its conditions answered of one row as typed."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pipelines.policy.facts import EVENT_KEYS, FACTS
from pipelines.policy.load import load_policies
from pipelines.policy.model import Policy
from pipelines.policy.self_check import answer, clauses, questions
from pipelines.policy.versions import conditions_of
from pipelines.settings import Settings

DISTRICTS = {"320211": "滨湖区", "320213": "梁溪区", "320281": "江阴市"}
GOOD = {"qualified_on": "2024-06-30", "district_code": "320211", "named_firm_count": "1", "software_answer": "yes", "first_answer": "yes"}


@pytest.fixture(scope="module")
def law() -> Policy:
    return load_policies(Settings.load().policies)[0]


def asked(law: Policy, clause: str, **typed: str) -> dict[str, Any]:
    return answer(law, "draft", clause, typed, DISTRICTS)


def test_only_what_the_conditions_of_a_clause_ask_is_asked_and_never_a_name_or_a_code(law: Policy) -> None:
    assert len(clauses(law, "draft")) == 31, "two compute nothing"
    for measure in law.measures:
        for clause in measure.clauses:
            for version in clause.versions:
                if version.document != "draft" or not version.trigger:
                    continue
                facts = {str(fact) for one in conditions_of(law, version) for part in one.parts for fact in (part.fact, part.of) if fact}
                more = {str(version.award.base)} | ({"grade_number"} if version.award.caps_by_grade else set())
                found = {question.fact for question in questions(law, "draft", clause.id, DISTRICTS)}
                assert facts <= found <= facts | more | set(EVENT_KEYS), clause.id
                assert found <= FACTS.keys() | EVENT_KEYS.keys()


def test_every_clause_answers_a_firm_that_says_nothing_with_nothing_met_that_was_not_said(law: Policy) -> None:
    for one in clauses(law, "draft"):
        told = asked(law, one["clause_id"])
        assert told["outcome"] in (None, "undetermined"), one["clause_id"]


def test_a_firm_that_meets_all_is_told_the_upper_bound_and_each_condition_with_its_words(law: Policy) -> None:
    told = asked(law, "6b.1", **GOOD)
    assert (told["outcome"], told["ceiling_yuan"]) == ("eligible", Decimal(500_000))
    assert [one["answer"] for one in told["conditions"]] == ["met"] * 5
    assert all(one["says"] and one["quote"] for one in told["conditions"] if one["says"] != "名单该行只列一家企业")


@pytest.mark.parametrize(
    ("typed", "outcome", "condition", "given"),
    [
        ({"software_answer": "no"}, "not_eligible", "属软件企业", "not_met"), ({"first_answer": ""}, "undetermined", "首次获评国家级专精特新", "unknown"),
        ({"district_code": "320281"}, "not_eligible", "属无锡市区", "not_met"), ({"district_code": "other"}, "not_eligible", "属无锡市区", "not_met"),
        ({"named_firm_count": "2"}, "needs_review", "名单该行只列一家企业", "needs_review"), ({"qualified_on": "2026-01-01"}, "not_eligible", "认定或发生之日在政策有效期内", "not_met"),
    ],
)  # fmt: skip
def test_what_is_no_unknown_or_to_be_judged_decides(law: Policy, typed: dict[str, str], outcome: str, condition: str, given: str) -> None:
    told = asked(law, "6b.1", **GOOD | typed)
    assert told["outcome"] == outcome
    assert {one["says"]: one["answer"] for one in told["conditions"]}[condition] == given
    if typed.get("district_code") == "320281":
        assert [one["reason"] for one in told["conditions"] if one["says"] == condition] == ["参照执行地区"]


def test_a_share_of_an_amount_typed_in_wan_is_bounded_as_a_build_bounds_it(law: Policy) -> None:
    good = {"qualified_on": "2024-06-30", "district_code": "320213", "paid_in_capital_yuan": "1,000", "settlement": "新引进", "software_answer": "yes", "recognised_on": "2024-06-30"}
    assert asked(law, "4a", **good)["ceiling_yuan"] == Decimal(100_000)
    assert asked(law, "4a", **good | {"paid_in_capital_yuan": "999.9999"})["outcome"] == "not_eligible"


def test_which_matter_it_is_decides_what_is_asked_of_it(law: Policy) -> None:
    [which] = [question for question in questions(law, "draft", "11b", DISTRICTS) if question.fact == "list"]
    assert set(which.options) == {"cmmi", "itss", "dcmm"}
    good = {**GOOD, "list": "cmmi", "grade_number": "4"}
    assert asked(law, "11b", **good)["outcome"] == "eligible"
    assert asked(law, "11b", **good | {"grade_number": "3"})["outcome"] == "not_eligible"
    assert asked(law, "11b", **good | {"list": "dcmm"})["outcome"] == "needs_review"


def test_of_several_conditions_of_which_one_is_enough_each_is_asked_and_one_that_holds_decides(law: Policy) -> None:
    either = {
        "id": "either", "says": "满足其一", "operator": "any_of", "any_of": [
            {"id": "capital", "says": "注册资本不低于1000万元", "operator": "at_least", "fact": "registered_capital_yuan", "value": 10_000_000},
            {"id": "new", "says": "2024年起注册", "operator": "at_least", "fact": "registered_on", "value": date(2024, 1, 1)},
        ],
    }  # fmt: skip
    content = law.model_dump(mode="python")
    version = next(c for m in content["measures"] for c in m["clauses"] if c["id"] == "6b.1")["versions"][0]
    version["conditions"] = [either]
    edited = Policy.model_validate(content)
    assert [question.fact for question in questions(edited, "draft", "6b.1", DISTRICTS)][-2:] == ["registered_capital_yuan", "registered_on"]
    for typed, outcome in (({"registered_capital_yuan": "1000"}, "eligible"), ({"registered_capital_yuan": "999"}, "undetermined"), ({"registered_capital_yuan": "999", "registered_on": "2020-01-01"}, "not_eligible")):
        assert asked(edited, "6b.1", **GOOD | typed)["outcome"] == outcome


def test_what_an_award_counts_is_asked_and_bounds_it(law: Policy) -> None:
    content = law.model_dump(mode="python")
    version = next(c for m in content["measures"] for c in m["clauses"] if c["id"] == "6b.1")["versions"][0]
    version["award"] = {"words": "每满10家奖3万元", "quantity": "named_firm_count", "each": {"every": 10, "amount_yuan": 30_000}, "cap_yuan": 80_000}
    version["conditions"] = []
    edited = Policy.model_validate(content)
    assert "named_firm_count" in [question.fact for question in questions(edited, "draft", "6b.1", DISTRICTS)]
    for typed, ceiling in (({"named_firm_count": "29"}, Decimal(60_000)), ({"named_firm_count": "30"}, Decimal(80_000)), ({"named_firm_count": ""}, None)):
        assert asked(edited, "6b.1", **{**GOOD, **typed})["ceiling_yuan"] == ceiling


@pytest.mark.parametrize(("fact", "typed"), [("qualified_on", "soon"), ("named_firm_count", "1.5"), ("named_firm_count", "1e99"), ("named_firm_count", "NaN"), ("district_code", "' or 1"), ("software_answer", "maybe")])
def test_what_cannot_be_read_is_named_and_nothing_is_answered(law: Policy, fact: str, typed: str) -> None:
    assert asked(law, "6b.1", **GOOD | {fact: typed}) == {"wrong": [fact]}


def test_what_nobody_asked_for_changes_nothing_and_a_clause_there_is_not_has_no_answer(law: Policy) -> None:
    assert asked(law, "6b.1", **GOOD, event_id="x", enterprise_id="91320200MA1X00003Q") == asked(law, "6b.1", **GOOD)
    assert asked(law, "99z", **GOOD) == {"wrong": []}
