"""The review queue used once, from the list to a claim that was not there."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipelines.build import build
from pipelines.cli import main
from tests.conftest import City

ALIKE, CODE, OUTSIDE = "无锡钟象瓦软件公司", "91320214X00000684K", "江苏砚链筝软件有限公司"
CLAIM = "select outcome from fct_claim where clause_id = '6b.1' and enterprise_id = ? and document = 'draft'"


@pytest.fixture
def home(city: City, tmp_path: Path) -> City:
    """The built sample city in a home of its own."""
    return City(city.copied(tmp_path / "home"), city.result, city.truth)


def review(home: City, *words: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home.settings.home), "review", *words])


def queue(home: City) -> dict[str, dict[str, Any]]:
    return {row["printed_name"]: row for row in json.loads(review(home, "list", "--json").output)}


def test_an_accepted_name_brings_its_claim_and_a_decision_is_never_asked_twice(home: City) -> None:
    waiting = queue(home)
    row = waiting[ALIKE]
    assert row["candidates"].split("|")[0] == CODE
    assert row["candidate_names"].split("|")[0] == "无锡钟象瓦软件有限公司"
    assert row["row_count"] == 2
    assert "recognitions/specialised_sme_national_2024-09-05.xlsx" in row["files"].split("|")
    assert not home.rows(CLAIM, CODE)

    assert review(home, "accept", ALIKE, CODE, "--why", "法人与地址相同", "--who", "王某").exit_code == 0
    assert review(home, "reject", OUTSIDE, "--why", "不是本市企业", "--who", "王某").exit_code == 0
    assert {ALIKE, OUTSIDE}.isdisjoint(queue(home))   # at once, before any build
    assert build(home.settings).published             # nothing new has come, but something was decided

    assert [claim["outcome"] for claim in home.rows(CLAIM, CODE)] == ["eligible"]
    decided = {r["printed_name"]: r for r in home.rows("select * from mart_match_review where decided_by is not null")}
    assert (decided[ALIKE]["decision"], decided[ALIKE]["enterprise_id"]) == ("accept", CODE)
    assert (decided[ALIKE]["decided_by"], decided[ALIKE]["decided_why"]) == ("王某", "法人与地址相同")
    assert decided[ALIKE]["decided_at"]
    assert (decided[OUTSIDE]["decision"], decided[OUTSIDE]["candidates"]) == ("reject", None)
    assert set(queue(home)) == set(waiting) - {ALIKE, OUTSIDE}
    assert not build(home.settings).published


def test_the_latest_decision_holds_and_older_ones_stay_on_record(home: City) -> None:
    review(home, "accept", ALIKE, CODE, "--why", "看似相同")
    late = review(home, "reject", ALIKE, "--why", "证照不同")
    assert late.exit_code == 1
    assert CODE in late.output, "what was decided meanwhile is told"
    assert "--anew" in late.output
    assert review(home, "reject", ALIKE, "--why", "证照不同", "--anew").exit_code == 0
    build(home.settings)
    row, = home.rows("select * from mart_match_review where printed_name = ?", ALIKE)
    assert (row["decision"], row["decided_why"]) == ("reject", "证照不同")
    assert not home.rows(CLAIM, CODE)
    assert len((home.settings.decisions / "names.jsonl").read_text(encoding="utf-8").splitlines()) == 2


def test_a_decision_needs_a_name_that_waits_and_a_firm_on_the_register(home: City) -> None:
    for words, told in (
        (("accept", ALIKE, "91320200725201811T", "--why", "x"), f"no enterprise of this code is on the register. Take one of: {CODE}"),
        (("reject", "无锡没有这个名称", "--why", "x"), "See `softcity review list`"),
        (("accept", ALIKE, CODE), "--why"),
    ):
        result = review(home, *words)
        assert result.exit_code != 0
        assert told in result.output
    assert not home.settings.decisions.exists()
