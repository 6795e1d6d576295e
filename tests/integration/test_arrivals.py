"""From files to marts: messy deliveries against one clean one; days rebuilt as they were, and as they were known."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.base.errors import BuildError
from pipelines.base.snapshots import current_id, read_manifest
from pipelines.build import build
from pipelines.quality.history import accept
from pipelines.settings import PROJECT, Settings
from pipelines.sources.ingest import ingest
from pipelines.status import reconcile
from tests.conftest import City
from tests.integration.test_command_line import softcity

SAMPLE = PROJECT / "data" / "sample" / "landing"
OF_ARRIVALS = ("mart_source_", "mart_replaced_row", "mart_reconciliation", "mart_quality_result")   # what came when is another story each time
FIRMS_NOW = "select enterprise_name[5], district_code, absent_since from dim_enterprise order by registered_on"
BAD = "registrations/bad_2023-04-30.csv"
REGISTER = "企业名称,统一社会信用代码,注册日期,区划代码\n"
FIRMS = {
    "甲": "无锡示范甲软件有限公司,91320214MA1MUQ2P0X,2020-01-01,{}\n",
    "乙": "无锡示范乙软件有限公司,,2023-05-01,{}\n",
}


def _marts(settings: Settings, *left_out: str) -> dict[str, list[tuple[Any, ...]]]:
    snapshot = settings.published / (current_id(settings.published) or "") / "marts.duckdb"
    with duckdb.connect(str(snapshot), read_only=True) as con:
        names = [name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()]
        return {n: con.execute(f"from {n} order by all").fetchall() for n in names if not n.startswith(left_out)}


@pytest.mark.slow
def test_files_sent_twice_renamed_corrected_and_out_of_order_give_the_marts_of_one_clean_delivery(
    city: City, tmp_path: Path
) -> None:
    settings = Settings.load(tmp_path)
    files = [path.relative_to(SAMPLE) for path in sorted(SAMPLE.rglob("*")) if path.is_file()]
    late = [path for path in files if "2024" in path.name]

    def deliver(path: Path, name: str | None = None) -> Path:
        target = settings.landing / path.parent / (name or path.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy(SAMPLE / path, target))

    for path in files:   # the newest first, one with a wrong amount, one under another name and a later day
        if path not in late:
            deliver(path)
    wrong = settings.landing / "payments" / "payments_2025-06-30.csv"
    wrong.write_bytes(wrong.read_bytes().replace(b",2025-", b",2024-"))
    deliver(Path("payments/payments_2024-06-30.csv"), "财政局补发_2025-12-01.csv")
    ingest(settings, lambda _: None)
    for path in [*late, Path("payments/payments_2025-06-30.csv")]:   # then the past, and the correction
        deliver(path)
    for name in ("applications/applications_2025-10-31.csv", "registrations/registrations_full_2025-11-30.csv.gz"):
        deliver(Path(name), "再报-" + Path(name).name)
    build(settings)
    clean, messy = _marts(city.settings, *OF_ARRIVALS), _marts(settings, *OF_ARRIVALS)
    assert clean.keys() == messy.keys()
    assert [name for name in clean if clean[name] != messy[name]] == []
    statuses = {row[0] for row in _ask(settings, "select status from mart_source_file")}
    assert statuses == {"loaded", "duplicate", "superseded"}


def _ask(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    snapshot = settings.published / (current_id(settings.published) or "") / "marts.duckdb"
    with duckdb.connect(str(snapshot), read_only=True) as con:
        return con.execute(query).fetchall()


def _register(settings: Settings, name: str, rows: dict[str, str]) -> None:
    path = settings.landing / "registrations" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(REGISTER + "".join(FIRMS[firm].format(code) for firm, code in rows.items()), encoding="utf-8")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Three registers, the last without a firm of the one before."""
    settings = Settings.load(tmp_path_factory.mktemp("home"))
    _register(settings, "register_full_2023-01-31.csv", {"甲": "320211"})
    _register(settings, "register_full_2023-07-31.csv", {"甲": "320214", "乙": "320211"})   # moved; another came
    _register(settings, "register_full_2023-08-31.csv", {"乙": "320211"})   # 甲 is missing
    ingest(settings, lambda _: None)
    accept(settings, "registrations/register_full_2023-08-31.csv", "a register of two may lose one", "主任")
    return settings


def test_a_refused_file_shows_in_the_exit_code_and_status_as_long_as_it_lies_there(settings: Settings) -> None:
    (settings.landing / BAD).write_text("企业名称\n甲\n", encoding="utf-8")
    assert softcity("build", home=settings.home).returncode == 3
    [refused] = json.loads(softcity("status", "--json", home=settings.home).stdout)["refused_files"]
    assert refused["source_file"] == BAD
    assert "统一社会信用代码" in refused["message"]
    assert softcity("build", home=settings.home).returncode == 3, "it still lies there"
    assert _ask(settings, FIRMS_NOW) == [("甲", "320214", date(2023, 8, 31)), ("乙", "320211", None)]
    assert read_manifest(settings.published)["knowing"] == "effective"
    assert read_manifest(settings.published)["as_of"] == "2023-05-01"


def test_a_file_let_stand_in_spite_of_its_size_is_measured_by_none_before_it_and_every_row_adds_up(settings: Settings) -> None:
    usual = "select received_on::varchar, usual_rows from mart_source_trend where delivery = 'full' order by 1"
    assert _ask(settings, usual) == [("2023-01-31", None), ("2023-07-31", 1), ("2023-08-31", None)]
    assert all(line["is_balanced"] for line in reconcile(settings))


def test_a_file_taken_away_stays_on_record_and_a_day_is_rebuilt_as_it_was_known(settings: Settings) -> None:
    (settings.landing / BAD).unlink()
    assert softcity("build", "--as-of", "2023-05-01", "--knowing", "arrived", home=settings.home).returncode == 0
    assert _ask(settings, FIRMS_NOW) == [("甲", "320211", None)], "乙 lived, but no file had said so"
    manifest = read_manifest(settings.published)
    assert (manifest["knowing"], [f["received_on"] for f in manifest["files"] if f["status"] == "loaded"]) == ("arrived", ["2023-01-31"])
    assert _ask(settings, "select source_file, status from mart_source_file order by 2") == [
        ("registrations/register_full_2023-01-31.csv", "loaded"), (BAD, "withdrawn"),
    ]  # fmt: skip
    assert "2023-05-01, from what had arrived by then" in softcity("status", home=settings.home).stdout
    with pytest.raises(BuildError, match="--as-of 2023-05-02 lies after the newest day in the data, 2023-05-01"):
        build(settings, date(2023, 5, 2))
