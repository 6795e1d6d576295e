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
from pipelines.sources.ingest import ingest
from tests.conftest import City
from tests.integration.test_preview import everything

pytestmark = pytest.mark.slow   # all of it: the city that has grown is built once for what is asked of it

OF_ARRIVALS = ("mart_source_", "mart_replaced_row", "mart_reconciliation", "mart_quality_result")   # what came when
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


def _marts(settings: Settings, messy: set[str]) -> dict[str, list[dict[str, object]]]:
    """Rows of the marts; of what came when, which is another story in a messy delivery, those of the sources that came in order."""
    found = {}
    with duckdb.connect(str(settings.published / str(current_id(settings.published)) / "marts.duckdb"), read_only=True) as con:
        for (name,) in con.execute("select table_name from duckdb_tables() order by 1").fetchall():
            rows = con.execute(f"from {name}").to_arrow_table().to_pylist()
            if name.startswith(OF_ARRIVALS):
                rows = [row for row in rows if row.get("source", row.get("table_name")) not in messy and not str(row.get("table_name")).startswith(OF_ARRIVALS)]
            found[name] = rows
    return found


def test_files_read_before_are_not_read_again_and_sources_that_did_not_change_not_checked_again(grown: Grown) -> None:
    assert {words for words in grown.said if "/" in words} == {f"申报：{APPLICATIONS}", f"项目：{PROJECTS}"}
    assert grown.checked == {"applications.json", "projects.json"}


def test_it_comes_to_what_a_first_build_of_files_sent_twice_renamed_corrected_and_out_of_order_comes_to(grown: Grown, tmp_path: Path) -> None:
    settings, clean = Settings.load(tmp_path), grown.settings.landing
    files = [path.relative_to(clean) for path in sorted(clean.rglob("*")) if path.is_file()]
    late = [path for path in files if "2024" in path.name]
    again = [Path("applications/applications_2025-10-31.csv"), Path("registrations/registrations_full_2025-11-30.csv.gz")]
    messy = {path.parts[0] for path in [*late, *again]}
    assert messy >= {"applications", "payments", "recognitions", "registrations", "software_monthly"}
    assert "projects" not in messy, "one of the two that have grown is compared file by file"

    def deliver(path: Path, name: str | None = None) -> Path:
        target = settings.landing / path.parent / (name or path.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy(clean / path, target))

    for path in files:   # the newest first, one with a wrong amount, one under another name and a later day
        if path not in late:
            deliver(path)
    wrong = settings.landing / "payments" / "payments_2025-06-30.csv"
    wrong.write_bytes(wrong.read_bytes().replace(b",2025-", b",2024-"))
    deliver(Path("payments/payments_2024-06-30.csv"), "财政局补发_2025-12-01.csv")
    ingest(settings, lambda _: None)
    for path in [*late, Path("payments/payments_2025-06-30.csv")]:   # then the past, and the correction
        deliver(path)
    for path in again:
        deliver(path, f"再报-{path.name}")
    build(settings)
    after, first = _marts(grown.settings, messy), _marts(settings, messy)
    assert after.keys() == first.keys()
    assert [mart for mart in first if after[mart] != first[mart]] == []
    with duckdb.connect(str(settings.published / str(current_id(settings.published)) / "marts.duckdb"), read_only=True) as con:
        assert {status for (status,) in con.execute("select status from mart_source_file").fetchall()} == {"loaded", "duplicate", "superseded"}


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
