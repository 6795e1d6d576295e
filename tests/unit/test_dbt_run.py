"""A parse of dbt's project is kept for all homes and processes, and never outlives what it was made of."""

import dataclasses
import os
import shutil
from pathlib import Path

import pytest

from pipelines import dbt_run
from pipelines.settings import PROJECT, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with a project of two models."""
    project = tmp_path / "project"
    for name in ("models", "macros", "tests"):
        (project / name).mkdir(parents=True)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PROJECT / "dbt_project" / name, project)
    (project / "macros" / "sources.sql").write_text("{% macro stage_sources() %}{% endmacro %}")
    (project / "models" / "one.sql").write_text("select 1 as n")
    (project / "models" / "two.sql").write_text("select n from {{ ref('one') }}")
    return dataclasses.replace(Settings.load(tmp_path / "home"), dbt_project=project)


def parsed(settings: Settings) -> dict[str, float]:
    """When each model was parsed, as another process finds it; what it is told without parsing names the same models."""
    dbt_run._parsed.clear()
    found = dbt_run._parse(settings, dbt_run._state(settings))
    dbt_run._parsed.clear()
    assert dbt_run.project(settings)["nodes"].keys() == found.told["nodes"].keys() == found.manifest.nodes.keys()
    return {node.name: node.created_at for node in found.manifest.nodes.values() if node.resource_type == "model"}


def test_what_one_home_parsed_serves_another_and_only_a_changed_model_is_parsed_anew(settings: Settings, tmp_path: Path) -> None:
    first = parsed(settings)
    assert first.keys() == {"one", "two"}
    other = dataclasses.replace(Settings.load(tmp_path / "other"), dbt_project=settings.dbt_project)
    assert parsed(other) == first
    (settings.dbt_project / "models" / "two.sql").write_text("select n + 1 as n from {{ ref('one') }}")
    changed = parsed(other)
    assert (changed["one"] == first["one"], changed["two"] > first["two"]) == (True, True)


def test_a_kept_parse_that_stands_is_read_without_dbt(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    told = dbt_run.project(settings)
    dbt_run._parsed.clear()
    monkeypatch.setattr(dbt_run, "_invoke", None)
    assert dbt_run.project(settings) == told


def test_a_model_that_came_went_or_changed_is_seen_whatever_its_day(settings: Settings) -> None:
    models = settings.dbt_project / "models"
    assert parsed(settings).keys() == {"one", "two"}
    (models / "two.sql").unlink()
    assert parsed(settings).keys() == {"one"}
    (models / "three.sql").write_text("select 3 as n")
    os.utime(models / "three.sql", (0, 0))   # as an archive unpacks it
    assert parsed(settings).keys() == {"one", "three"}
    (models / "three.sql").write_text("select 33 as n")
    os.utime(models / "three.sql", (0, 0))
    parsed(settings)
    assert dbt_run.project(settings)["nodes"]["model.softcity.three"]["raw_code"] == "select 33 as n"


def test_manifests_of_former_states_go(settings: Settings) -> None:
    for n in range(dbt_run.STATES + 2):
        (settings.dbt_project / "models" / "one.sql").write_text(f"select {n} as n")
        parsed(settings)
    assert len(list((settings.dbt_project / "target" / "duckdb").iterdir())) == dbt_run.STATES + 1


def test_a_kept_parse_that_was_cut_short_is_made_again(settings: Settings) -> None:
    parsed(settings)
    kept = settings.dbt_project / "target" / "duckdb" / dbt_run.PARSE
    kept.write_bytes(kept.read_bytes()[:100])
    assert parsed(settings).keys() == {"one", "two"}


def test_where_the_project_is_not_ours_to_write_the_home_keeps_the_parse(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbt_run.os, "access", lambda _, asked: asked != os.W_OK)
    assert parsed(settings).keys() == {"one", "two"}
    assert not (settings.dbt_project / "target").exists()
    assert dbt_run.PARSE in {path.name for path in (settings.var / "dbt").iterdir()}
