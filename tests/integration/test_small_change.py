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
from pipelines.deliver.preview import changes, preview
from pipelines.policy.diff import diff_snapshots
from pipelines.settings import Settings
from tests.conftest import City
from tests.integration.test_preview import everything

pytestmark = pytest.mark.slow   # all of it: the city that has grown is built once for what is asked of it

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


def test_what_a_preview_counts_is_what_the_diff_lists_and_a_park_sees_its_own(grown: Grown) -> None:
    after = current_id(grown.settings.published) or ""
    told, diff = changes(grown.settings.published, grown.before, after), diff_snapshots(grown.settings.published, grown.before, after)
    assert told["events"] == {"gained": 1, "lost": 0}
    [row] = [row for text in told["texts"] if text["document"] == "draft" for row in text["outcomes"]]
    gained = [claim for claim in diff["claims"] if claim["document"] == "draft" and claim["new_outcome"] == row["outcome"] != claim["old_outcome"]]
    assert row["gained"] == len(gained) == 1
    for line in told["texts"]:
        of_text = [claim for claim in diff["summary"] if claim["document"] == line["document"]]
        assert line["claim_count"] == sum(claim["claim_count"] for claim in of_text)
        assert Decimal(line["net_ceiling_yuan"]) == sum(claim["change_net_ceiling_yuan"] for claim in of_text)
    with duckdb.connect(str(grown.settings.published / after / "marts.duckdb"), read_only=True) as con:
        parks = dict(con.execute("select claim_id, park_id from fct_claim").fetchall())
    for park in {"WXP01", *(parks[claim["claim_id"]] for claim in diff["claims"])} - {None}:
        mine = changes(grown.settings.published, grown.before, after, (park,))
        assert mine["names"] is None
        assert {claim["claim_id"] for text in mine["texts"] for claim in text["moved_claims"]} == {claim["claim_id"] for claim in diff["claims"] if parks[claim["claim_id"]] == park}


def test_a_preview_says_what_the_build_then_does_and_touches_nothing(grown: Grown, city: City, tmp_path: Path) -> None:
    settings = replace(city.copied(tmp_path / "home"), landing=grown.settings.landing)
    before = everything(settings.home)
    told, after = preview(settings, "ste"), current_id(grown.settings.published) or ""
    assert everything(settings.home) == before
    assert told["state"] == "changed"
    assert {file["source_file"] for file in told["moved_files"]} == {APPLICATIONS, PROJECTS}
    assert [(row["source"], row["rows_loaded"]) for row in told["rows"]] == [("applications", 2), ("projects", 1)]
    then = changes(grown.settings.published, grown.before, after)
    assert {key: told[key] for key in then} == then
