"""The review queue used once, from the list to a claim that was not there."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipelines.base.decisions import NAMES, entries
from pipelines.build import build
from pipelines.cli import main
from tests.conftest import City

pytestmark = pytest.mark.slow   # a second whole city; names themselves: tests/unit/identity
ALIKE, CODE, OUTSIDE = "无锡钟象瓦软件公司", "91320214X00000684K", "江苏砚链筝软件有限公司"
LOOKED, FIRST = "无锡朱波亭软件有限公司", "91320214X0000057XA"
CLAIM = "select outcome from fct_claim where clause_id = '6b.1' and enterprise_id = ? and document = 'draft'"


@pytest.fixture(scope="module")
def undecided(city: City, tmp_path_factory: pytest.TempPathFactory) -> City:
    """The built sample city in a home of its own."""
    return City(city.copied(tmp_path_factory.mktemp("review") / "home"), city.result, city.truth)


def review(home: City, *words: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home.settings.home), "review", *words])


def queue(home: City) -> dict[str, dict[str, Any]]:
    return {row["printed_name"]: row for row in json.loads(review(home, "list", "--json").output)}


@pytest.fixture(scope="module")
def waiting(undecided: City) -> dict[str, dict[str, Any]]:
    """What waited before anybody decided."""
    return queue(undecided)


@pytest.fixture(scope="module")
def home(undecided: City, waiting: dict[str, dict[str, Any]]) -> City:
    """The same home once three names are decided, one of them twice, and built."""
    assert not undecided.rows(CLAIM, CODE)
    assert review(undecided, "accept", ALIKE, CODE, "--why", "法人与地址相同", "--who", "王某").exit_code == 0
    assert review(undecided, "reject", OUTSIDE, "--why", "不是本市企业", "--who", "王某").exit_code == 0
    assert review(undecided, "accept", LOOKED, FIRST, "--why", "看似相同").exit_code == 0
    late = review(undecided, "reject", LOOKED, "--why", "证照不同")
    assert late.exit_code == 1
    assert FIRST in late.output, "what was decided meanwhile is told"
    assert "--anew" in late.output
    assert review(undecided, "reject", LOOKED, "--why", "证照不同", "--anew").exit_code == 0
    assert {ALIKE, OUTSIDE, LOOKED}.isdisjoint(queue(undecided))   # at once, before any build
    assert build(undecided.settings).published             # nothing new has come, but something was decided
    return undecided


def test_a_decision_needs_a_name_that_waits_and_a_firm_on_the_register(undecided: City) -> None:
    before = entries(undecided.settings.decisions, NAMES)
    for words, told in (
        (("accept", ALIKE, "91320200725201811T", "--why", "x"), f"no enterprise of this code is on the register. Take one of: {CODE}"),
        (("reject", "无锡没有这个名称", "--why", "x"), "See `softcity review list`"),
        (("accept", ALIKE, CODE), "--why"),
    ):
        result = review(undecided, *words)
        assert result.exit_code != 0
        assert told in result.output
    assert entries(undecided.settings.decisions, NAMES) == before


def test_an_accepted_name_brings_its_claim_and_a_decision_is_never_asked_twice(waiting: dict[str, dict[str, Any]], home: City) -> None:
    row = waiting[ALIKE]
    assert row["candidates"].split("|")[0] == CODE
    assert row["candidate_names"].split("|")[0] == "无锡钟象瓦软件有限公司"
    assert row["row_count"] == 2
    assert "recognitions/specialised_sme_national_2024-09-05.xlsx" in row["files"].split("|")
    assert [claim["outcome"] for claim in home.rows(CLAIM, CODE)] == ["eligible"]
    decided = {r["printed_name"]: r for r in home.rows("select * from mart_match_review where decided_by is not null")}
    assert (decided[ALIKE]["decision"], decided[ALIKE]["enterprise_id"]) == ("accept", CODE)
    assert (decided[ALIKE]["decided_by"], decided[ALIKE]["decided_why"]) == ("王某", "法人与地址相同")
    assert decided[ALIKE]["decided_at"]
    assert (decided[OUTSIDE]["decision"], decided[OUTSIDE]["candidates"]) == ("reject", None)
    assert set(queue(home)) == set(waiting) - {ALIKE, OUTSIDE, LOOKED}
    assert not build(home.settings).published


def test_the_latest_decision_holds_and_older_ones_stay_on_record(home: City) -> None:
    row, = home.rows("select * from mart_match_review where printed_name = ?", LOOKED)
    assert (row["decision"], row["decided_why"], row["enterprise_id"]) == ("reject", "证照不同", None)
    said = [json.loads(line) for line in (home.settings.decisions / "names.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["decision"] for line in said if line["printed_name"] == LOOKED] == ["accept", "reject"]
