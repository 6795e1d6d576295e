"""The versions of a clause side by side: what each says, what differs, and what each would have paid."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from conftest import ask as asked
from conftest import html_of, page, reading_as
from flask import g

from dashboard.query import ask
from dashboard.versions import lines, marked
from pipelines.base.errors import SoftcityError
from pipelines.law import law, sentences

VERSIONS = "/measures/6b.1/versions"


def version(key: str, **more) -> dict:
    return {
        "clause_key": key, "quotes": "最高500万元", "trigger_words": "项目", "award_words": "最高500万元", "payees": None, "instalments": None, "cap_yuan": None, "is_selective": False,
        "payer": "unstated", "procedure_class": "selection", "departments": "市科技局", "window_says": None, "materials": None,
        "coverage_status": "encoded", "coverage_note": "", **more,
    }  # fmt: skip


def condition(key: str, condition_id: str, says: str, needed: str = "") -> dict:
    return {"clause_key": key, "condition_id": condition_id, "says": says, "value_needed": needed}


def test_what_a_version_says_otherwise_than_the_one_before_is_changed():
    found = {line.title: line for line in lines([version("a"), version("b", quotes="最高600万元"), version("c", quotes="最高600万元")], [])}
    assert [found["原文"].is_changed(place) for place in range(3)] == [False, True, False]
    assert not any(found["责任部门"].is_changed(place) for place in range(3))


def test_a_condition_that_a_version_does_not_ask_is_a_difference_of_its_own():
    found = lines([version("a"), version("b")], [condition("a", "scope", "属市区", "六区"), condition("b", "staff", "不少于50人"), condition("b", "scope", "属市区", "六区")])
    scope, staff = (line for line in found if line.title.startswith("条件"))
    assert scope.cells == ("属市区（须：六区）", "属市区（须：六区）")
    assert staff.cells == (None, "不少于50人")
    assert [staff.is_changed(place) for place in range(2)] == [False, True]


def test_what_no_version_speaks_of_has_no_line():
    assert "申报期" not in {line.title for line in lines([version("a"), version("b")], [])}


@pytest.mark.parametrize(("before", "after", "new"), [
    ("给予最高500万元", "给予最高600万元", ["600"]), ("最高500万元", "单个项目最高500万元", ["单个项目"]), ("最高500万元", "一事一议", []), (None, "最高500万元", []),
])  # fmt: skip
def test_only_words_the_version_before_has_not_are_marked_and_none_of_a_text_written_anew(before: str | None, after: str, new: list[str]):
    pieces = marked(before, after)
    assert "".join(words for words, _ in pieces) == after
    assert [words for words, is_new in pieces if is_new] == new


def test_the_page_shows_each_version_with_its_days_and_says_what_changed(signed_in):
    shown = page(signed_in("ana"), VERSIONS)
    assert "2023-01-01 – 2023-12-31" in shown
    assert "2024-01-01 – 2025-12-31" in shown
    assert ">有改动<" in shown
    assert "<Mark>" in shown
    assert "本条共有 " in shown


def test_a_clause_of_one_version_says_that_there_is_nothing_to_compare(signed_in):
    shown = page(signed_in("ana"), "/measures/4a/versions")
    assert "本条只见一个版本（征求意见稿）" in shown
    assert ">有改动<" not in shown


def test_a_clause_there_is_not_has_no_versions(signed_in):
    assert "state-not_found" in page(signed_in("ana"), "/measures/99z/versions")


def test_the_page_of_a_clause_leads_to_its_versions(signed_in):
    assert f'href="{VERSIONS}"' in html_of(asked(signed_in("ana"), "/measures/6b.1").get_json())


def test_a_version_counts_its_own_claims_and_an_operator_those_of_their_park(published: Path):
    counts = {}
    for user in (("analyst",), ("operator", "P001")):
        with reading_as(published, *user):
            counts[user[0]] = [(row["first_day"], row["claim_count"], row["ceiling_yuan"]) for row in ask("clause_versions", clause="6b.1")]
    earlier, later = counts["analyst"]
    assert earlier == (date(2023, 1, 1), 0, 0), "no claim of the small city falls to the earlier version"
    assert later[1] > counts["operator"][1][1] > 0
    assert later[2] > counts["operator"][1][2] > 0


def test_the_command_tells_the_same_versions_and_stars_what_changed(published: Path):
    told = law(published, "6b.1")
    assert [row["first_day"] for row in told] == [date(2023, 1, 1), date(2024, 1, 1)]
    assert "* 上限：最高500000元" in sentences(told)


@pytest.mark.parametrize(("clause", "policy"), [("99z", None), ("6b.1", "no-policy")])
def test_the_command_names_a_clause_that_is_not_there(published: Path, clause: str, policy: str | None):
    with pytest.raises(SoftcityError, match="no such clause"):
        law(published, clause, policy)


def test_a_document_without_a_usual_word_is_called_by_its_title(published: Path):
    with reading_as(published, "analyst"):
        shown = replace(g.snapshot, documents=(("draft", "草案", True), ("seen_2025", "2025年若干措施", False)))
        assert [shown.called(name) for name, *_ in shown.documents] == ["征求意见稿", "2025年若干措施"]
