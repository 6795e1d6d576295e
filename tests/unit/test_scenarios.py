"""Named what-ifs: kept with who and when, told apart, never lost, and what the law has no more is said."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.base.errors import DecidedMeanwhile, PolicyError, ScenarioError
from pipelines.base.scenarios import delete, find, save, scenarios
from pipelines.cli import main
from pipelines.policy.load import load_policies
from pipelines.policy.terms import edits_of_scenario
from pipelines.settings import Settings

EDITS = {"6b.1.cap_wan": "80"}


def test_a_scenario_is_found_by_name_and_id_and_says_who_kept_it_when(tmp_path: Path) -> None:
    kept = save(tmp_path, "提高封顶", "draft", EDITS, "ann", note="年中研究")
    one = find(tmp_path, "提高封顶")
    assert one == find(tmp_path, kept)
    assert (one.edits, one.owner, one.saved_by, one.note, one.said) == (EDITS, "ann", "ann", "年中研究", 1)
    assert one.saved_at


def test_a_scenario_renamed_or_changed_by_another_keeps_its_owner_and_all_that_was_said(tmp_path: Path) -> None:
    kept = save(tmp_path, "甲", "draft", EDITS, "ann")
    save(tmp_path, "乙", "draft", {"8a.is_on": "off"}, "adm", scenario_id=kept, based_on=1)
    [one] = scenarios(tmp_path)
    assert (one.name, one.owner, one.saved_by, one.edits, one.said) == ("乙", "ann", "adm", {"8a.is_on": "off"}, 2)
    with pytest.raises(DecidedMeanwhile):
        save(tmp_path, "丙", "draft", EDITS, "ann", scenario_id=kept, based_on=1)


def test_a_deleted_scenario_is_gone_and_its_name_is_free(tmp_path: Path) -> None:
    kept = save(tmp_path, "甲", "draft", EDITS, "ann")
    delete(tmp_path, kept, "ann", based_on=1)
    assert scenarios(tmp_path) == []
    with pytest.raises(ScenarioError):
        find(tmp_path, "甲")
    assert save(tmp_path, "甲", "draft", EDITS, "bob") != kept


@pytest.mark.parametrize(("name", "edits", "key"), [("甲", EDITS, "scenario_taken"), (" ", EDITS, "scenario_name"), ("长" * 41, EDITS, "scenario_name"), ("乙", {}, "scenario_empty")])
def test_what_cannot_be_kept_is_refused(tmp_path: Path, name: str, edits: dict[str, str], key: str) -> None:
    save(tmp_path, "甲", "draft", EDITS, "ann")
    with pytest.raises(ScenarioError) as refused:
        save(tmp_path, name, "draft", edits, "bob")
    assert refused.value.key == key


def test_a_scenario_whose_term_is_gone_from_the_law_says_so(tmp_path: Path) -> None:
    save(tmp_path, "旧", "draft", {"99z.cap_wan": "80"}, "ann")
    with pytest.raises(PolicyError, match=r"scenario 旧 .*99z\.cap_wan is no term"):
        edits_of_scenario(load_policies(Settings.load().policies)[0], find(tmp_path, "旧"))


def test_scenarios_are_kept_listed_renamed_and_deleted_from_the_command_line(tmp_path: Path) -> None:
    def said(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["--home", str(tmp_path), *arguments])
        return done.exit_code, done.output

    assert said("scenario", "save", "甲", "--set", "6b.1.cap_wan=80", "--why", "试算", "--who", "ann")[0] == 0
    assert "99z.cap_wan is no term" in said("scenario", "save", "乙", "--set", "99z.cap_wan=80")[1]
    assert said("scenario", "rename", "甲", "提高封顶")[0] == 0
    save(tmp_path / "decisions", "旧", "draft", {"99z.cap_wan": "80"}, "bob")
    code, listed = said("scenario", "list")
    assert code == 0
    assert "提高封顶" in listed
    assert "试算" in listed
    assert "99z.cap_wan is no term" in listed
    assert "no such scenario" in said("whatif", "--scenario", "甲")[1]
    assert "99z.cap_wan is no term" in said("whatif", "--scenario", "旧")[1]
    assert said("whatif")[0] == 2
    assert said("scenario", "delete", "提高封顶")[0] == 0
    assert "提高封顶" not in said("scenario", "list")[1]
