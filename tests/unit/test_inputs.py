"""What a build stands on is the run's own: who else works on it, or comes after something changed, does not publish it."""

from pathlib import Path

import pytest

from pipelines.base.errors import BuildError, SettingsError
from pipelines.inputs import begin_work, choose_inputs, take_up
from pipelines.quality.history import accept
from pipelines.settings import Settings
from pipelines.sources.ingest import ingest, is_anything_new

REGISTER = "企业名称,统一社会信用代码,注册日期\n无锡示范甲软件有限公司,91320214MA1MUQ2P0X,2020-05-06\n"
NAME = "registrations/registrations_full_2025-05-31.csv"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "landing" / NAME
    path.parent.mkdir(parents=True)
    path.write_text(REGISTER, encoding="utf-8")
    found = Settings.load(tmp_path)
    ingest(found, lambda _: None)
    inputs, same = choose_inputs(found, None, "effective", False, run_id="first")
    assert same is None
    begin_work(found, inputs)
    return found


def test_a_resumed_run_takes_up_the_work_of_the_run_it_began_with(settings: Settings) -> None:
    assert take_up(settings, "first", is_resumed=True).run_id == "first"


def test_nothing_is_resumed_once_a_decision_has_changed(settings: Settings) -> None:
    accept(settings, NAME, "确认过", "主任")
    with pytest.raises(BuildError, match="changed since this run failed"):
        take_up(settings, "first", is_resumed=True)


def test_work_that_another_run_touched_is_nobodys_to_publish(settings: Settings) -> None:
    assert take_up(settings, "second", is_resumed=False).run_id == ""
    assert take_up(settings, "first", is_resumed=False).run_id == ""
    with pytest.raises(BuildError, match="Another run has worked here"):
        take_up(settings, "first", is_resumed=True)


def test_where_no_build_has_begun_a_step_says_what_to_launch(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="Materialise all of daily_build"):
        take_up(Settings.load(tmp_path), "first", is_resumed=False)


def test_new_changed_refused_and_vanished_files_are_new_and_the_same_ones_are_not(settings: Settings) -> None:
    assert is_anything_new(settings) == (False, [])
    path = settings.landing / NAME
    path.write_text(REGISTER + "无锡示范乙软件有限公司,,2021-01-01\n", encoding="utf-8")
    assert is_anything_new(settings)[0]
    ingest(settings, lambda _: None)
    assert not is_anything_new(settings)[0]
    refused = path.with_name("registrations_full_2025-06-30.pdf")
    refused.write_bytes(b"x")
    assert is_anything_new(settings)[0]
    ingest(settings, lambda _: None)
    assert not is_anything_new(settings)[0]
    refused.unlink()
    assert is_anything_new(settings)[0]
    ingest(settings, lambda _: None)
    assert is_anything_new(settings) == (False, [])


def test_a_home_that_dbt_would_take_for_two_folders_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="has a comma in its path"):
        Settings.load(tmp_path / "无锡,2026")
