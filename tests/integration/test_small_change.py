"""A build after a small change looks again at what changed alone, comes to what a first build comes to, and the diff says what moved."""

import csv
import json
import shutil
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipelines.base.snapshots import current_id
from pipelines.build import build
from pipelines.policy.diff import diff_snapshots
from pipelines.settings import Settings
from tests.conftest import City

APPLICATIONS, PROJECTS = "applications/applications_2025-12-30.csv", "projects/late_2025-12-31.csv"


@dataclass(frozen=True)
class Grown:
    """The sample city after two more files: what its build said, what it checked again, the snapshot before."""

    settings: Settings
    said: list[str]
    checked: set[str]
    before: str


@pytest.fixture(scope="module")
def grown(city: City, tmp_path_factory: pytest.TempPathFactory) -> Grown:
    folder = tmp_path_factory.mktemp("grown")
    landing = shutil.copytree(city.settings.landing, folder / "landing")
    settings = replace(city.copied(folder / "home"), landing=landing)
    checks, before = settings.raw / "_checks", current_id(settings.published) or ""
    checked = {path.name: path.stat().st_mtime_ns for path in checks.iterdir()}
    with (landing / "applications/applications_2025-12-19.csv").open(encoding="gb18030", newline="") as file:
        header, *rows = csv.reader(file)
    with (landing / APPLICATIONS).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *([f"新{n}", *row[1:]] for n, row in enumerate(rows[:100]))])
    firm = next(p for p in city.truth["planted"] if p["clause"] == "8b")
    project = {
        "项目编号": "XM-NEW-1", "项目名称": "新到项目", "项目类别": "工业软件应用", "立项日期": "2024-05-05", "承担企业": firm["firm_name"],
        "统一社会信用代码": firm["firm_code"], "直接相关投资额(万元)": "100", "自主知识产权": "是",
    }  # fmt: skip
    (landing / PROJECTS).write_text(",".join(project) + "\n" + ",".join(project.values()) + "\n", encoding="utf-8")
    said: list[str] = []
    build(settings, progress=said.append)
    return Grown(settings, said, {path.name for path in checks.iterdir() if path.stat().st_mtime_ns != checked.get(path.name)}, before)


def _marts(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(settings.published / str(current_id(settings.published)) / "marts.duckdb"), read_only=True) as con:
        names = [name for (name,) in con.execute("select table_name from duckdb_tables() order by 1").fetchall()]
        return {name: con.execute(f"from {name}").fetchall() for name in names}


def test_files_read_before_are_not_read_again_and_sources_that_did_not_change_not_checked_again(grown: Grown) -> None:
    assert {words for words in grown.said if "/" in words} == {f"申报：{APPLICATIONS}", f"项目：{PROJECTS}"}
    assert grown.checked == {"applications.json", "projects.json"}


@pytest.mark.slow
def test_it_comes_to_what_a_first_build_comes_to(grown: Grown, tmp_path: Path) -> None:
    fresh = Settings.load(tmp_path, grown.settings.landing)
    build(fresh)
    after, first = _marts(grown.settings), _marts(fresh)
    assert [mart for mart in first if after[mart] != first[mart]] == []


def test_the_diff_says_that_data_moved_it_and_no_rule(grown: Grown) -> None:
    moved = diff_snapshots(grown.settings.published, grown.before, current_id(grown.settings.published) or "")
    assert (moved["clauses"], {row["moved_by"] for row in moved["summary"]}) == ([], {"data"})
    assert [row["change_net_ceiling_yuan"] for row in moved["summary"]] == [Decimal(500_000)]
    assert json.dumps(moved, default=str)
