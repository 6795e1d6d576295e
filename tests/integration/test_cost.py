"""A build after a small change looks again at what changed alone, and comes to what a home that has it from the start comes to."""

import csv
import shutil
from pathlib import Path

import duckdb

from pipelines.base.snapshots import current_id
from pipelines.build import build
from pipelines.settings import PROJECT, Settings


def _marts(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(settings.published / str(current_id(settings.published)) / "marts.duckdb"), read_only=True) as con:
        names = [name for (name,) in con.execute("select table_name from duckdb_tables() order by 1").fetchall()]
        return {name: con.execute(f"from {name}").fetchall() for name in names}


def test_a_build_after_one_new_file_comes_to_what_a_first_build_comes_to(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    shutil.copytree(PROJECT / "data" / "sample" / "landing", landing)
    settings = Settings.load(tmp_path / "grown", landing)
    build(settings)
    checked = {path.name: path.stat().st_mtime_ns for path in (settings.raw / "_checks").iterdir()}

    with (landing / "applications/applications_2025-12-19.csv").open(encoding="gb18030", newline="") as file:
        header, *rows = csv.reader(file)
    with (landing / "applications/applications_2025-12-30.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *([f"新{n}", *row[1:]] for n, row in enumerate(rows[:100]))])
    said: list[str] = []
    build(settings, progress=said.append)
    assert [words for words in said if "/" in words] == ["申报：applications/applications_2025-12-30.csv"]
    again = {path.name for path in (settings.raw / "_checks").iterdir() if path.stat().st_mtime_ns != checked[path.name]}
    assert again == {"applications.json"}

    fresh = Settings.load(tmp_path / "fresh", landing)
    build(fresh)
    grown, first = _marts(settings), _marts(fresh)
    assert [mart for mart in first if grown[mart] != first[mart]] == []
