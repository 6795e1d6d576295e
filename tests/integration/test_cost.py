"""A build after a small change takes what did not change as it was, and comes to what a full build comes to."""

import csv
import gzip
import shutil
from pathlib import Path

import duckdb

from pipelines.assets import build as steps
from pipelines.publish import current_id
from pipelines.settings import PROJECT, Settings


def _marts(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(settings.published / str(current_id(settings.published)) / "marts.duckdb"), read_only=True) as con:
        names = [name for (name,) in con.execute("select table_name from duckdb_tables() order by 1").fetchall()]
        return {name: con.execute(f"from {name}").fetchall() for name in names}


def _write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def _made(settings: Settings, before: set[str]) -> set[str]:
    """What a build made that was not on file."""
    return {path.name.partition("-")[0] for path in (settings.var / "kept").iterdir() if path.name not in before}


def test_incremental_builds_give_the_marts_of_a_full_one_in_the_same_order(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    shutil.copytree(PROJECT / "data" / "sample" / "landing", landing)
    settings = Settings.load(tmp_path)
    steps.build(settings)
    on_file = {path.name for path in (settings.var / "kept").iterdir()}

    with (landing / "applications/applications_2025-12-19.csv").open(encoding="gb18030", newline="") as file:
        header, *rows = csv.reader(file)
    _write(landing / "applications/applications_2025-12-30.csv", [header, *([f"新{n}", *row[1:]] for n, row in enumerate(rows[:100]))])
    steps.build(settings)
    made = _made(settings, on_file)
    assert {"checks_applications", "stg_applications", "fct_application", "fct_claim"} < made
    assert not {"enterprise", "alike", "stg_register", "int_events", "int_claims", "dim_enterprise", "fct_claim_condition"} & made

    # a day later: one firm is new, others have moved to another district, are renamed, have more capital
    with gzip.open(landing / "registrations/registrations_full_2025-12-31.csv.gz", "rt", encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    name, code, day, capital, division, former = (
        header.index(title) for title in ("企业名称", "统一社会信用代码", "注册日期", "注册资金", "区划代码", "曾用名")
    )
    changed = [list(row) for row in rows[:100]]
    for row in changed[0::3]:
        row[division] = "320213" if row[division] == "320214" else "320214"
    for row in changed[1::3]:
        row[former], row[name] = row[name], row[name].replace("无锡", "无锡新")
    for row in changed[2::3]:
        row[capital] = "9000万元人民币"
    new = list(changed[-1])
    new[name], new[code], new[day] = "无锡元旦软件有限公司", "", "2026-01-01"
    _write(landing / "registrations/registrations_delta_2026-01-05.csv", [header, *changed, new])
    on_file = {path.name for path in (settings.var / "kept").iterdir()}
    assert steps.build(settings).as_of == "2026-01-01"
    made = _made(settings, on_file)
    assert {"enterprise", "stg_register", "int_event_facts", "dim_enterprise"} < made
    assert not {"checks_parks", "int_title_lines", "dim_event", "fct_payment"} & made   # a day on, and as they were
    incremental = _marts(settings)
    assert any(row[1] == "无锡元旦软件有限公司" for row in incremental["dim_enterprise"])

    steps.build(settings, force=True)
    full = _marts(settings)
    assert incremental.keys() == full.keys()
    for mart, rows_of_mart in full.items():
        assert incremental[mart] == rows_of_mart, mart
