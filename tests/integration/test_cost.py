"""A build after a small change takes what did not change as it was, and comes to what a full build comes to."""

import csv
import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines.assets import build as steps
from pipelines.publish import current_id
from pipelines.settings import PROJECT, Settings

APPLICATIONS = "applications/applications_2025-12-19.csv"


def _marts(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(settings.published / str(current_id(settings.published)) / "marts.duckdb"), read_only=True) as con:
        names = [name for (name,) in con.execute("select table_name from duckdb_tables() order by 1").fetchall()]
        return {name: con.execute(f"from {name}").fetchall() for name in names}


def test_an_incremental_build_gives_the_marts_of_a_full_one_in_the_same_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing = tmp_path / "landing"
    shutil.copytree(PROJECT / "data" / "sample" / "landing", landing)
    settings = Settings.load(tmp_path)
    steps.build(settings)
    kept = {path.name for path in (settings.var / "kept").iterdir()}

    with (landing / APPLICATIONS).open(encoding="gb18030", newline="") as file:
        header, *rows = csv.reader(file)
    with (landing / "applications" / "applications_2025-12-30.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *([f"新{n}", *row[1:]] for n, row in enumerate(rows[:100]))])
    asked: list[tuple[str, ...]] = []
    dbt = steps.dbt
    monkeypatch.setattr(steps, "dbt", lambda settings, *command: asked.append(command) or dbt(settings, *command))
    steps.build(settings)
    made = {path.name.rpartition("-")[0] for path in (settings.var / "kept").iterdir() if path.name not in kept}
    assert made == {"checks_applications", "replaced_applications"}
    assert set(steps.OF_REGISTER) < set(asked[0])
    incremental = _marts(settings)

    steps.build(settings, force=True)
    assert not set(steps.OF_REGISTER) & set(asked[1])
    full = _marts(settings)
    assert incremental.keys() == full.keys()
    for name, rows_of_mart in full.items():
        assert incremental[name] == rows_of_mart, name
