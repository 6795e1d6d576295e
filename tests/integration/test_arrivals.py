"""Files refused, let stand and taken away; a day rebuilt as it was known. Messy deliveries against clean ones: test_small_change.py."""

import json
from datetime import date
from typing import Any

import duckdb
import pytest

from pipelines.base.errors import BuildError
from pipelines.base.snapshots import current_id, read_manifest
from pipelines.build import build
from pipelines.quality.history import accept
from pipelines.settings import Settings
from pipelines.sources.ingest import ingest
from pipelines.status import reconcile
from tests.integration.test_command_line import softcity

FIRMS_NOW = "select enterprise_name[5], district_code, absent_since from dim_enterprise order by registered_on"
BAD = "registrations/bad_2023-04-30.csv"
REGISTER = "企业名称,统一社会信用代码,注册日期,区划代码\n"
FIRMS = {
    "甲": "无锡示范甲软件有限公司,91320214MA1MUQ2P0X,2020-01-01,{}\n",
    "乙": "无锡示范乙软件有限公司,,2023-05-01,{}\n",
}


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
