"""Losing power: what a rename promised is on disk by then, in the order it was promised."""

import os
from pathlib import Path

import duckdb
import pytest

from pipelines.publish import publish
from pipelines.settings import Settings
from pipelines.sources.ingest import ingest

Steps = list[tuple[str, str]]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Steps:
    """Every sync and rename, in order, by what it was done to."""
    seen: Steps = []
    fsync, replace = os.fsync, Path.replace

    def synced(file: int) -> None:
        seen.append(("sync", os.path.relpath(Path(f"/proc/self/fd/{file}").readlink(), tmp_path)))
        fsync(file)

    def renamed(path: Path, target: Path) -> Path:
        seen.append(("rename", os.path.relpath(target, tmp_path)))
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    return seen


def test_the_rows_of_a_file_are_on_disk_before_the_record_that_says_so(tmp_path: Path, steps: Steps) -> None:
    landing = tmp_path / "landing"
    (landing / "payments").mkdir(parents=True)
    sent = landing / "payments" / "small_2025-12-31.csv"
    sent.write_text("拨付编号,申报编号,拨付日期,金额(元),资金层级\nP1,S1,2024-06-25,100.5,市\n", encoding="utf-8")
    ingest(Settings(home=tmp_path, landing=landing), progress=lambda _: None)
    names = [f"{kind} {path}" for kind, path in steps]
    (rows,) = [path for path in (tmp_path / "var/raw/payments").glob("*.parquet") if path.name != "_empty.parquet"]
    (record,) = (tmp_path / "var/raw/_files").glob("*.json")
    stands = names.index(f"rename var/raw/payments/{rows.name}")
    assert f"sync var/raw/payments/.{rows.name}.trial" in names[:stands]
    assert names[stands + 1] == "sync var/raw/payments"
    assert names[stands + 2 : stands + 5] == [
        f"sync var/raw/_files/.{record.name}.tmp", f"rename var/raw/_files/{record.name}", "sync var/raw/_files"
    ]  # fmt: skip


def test_a_snapshot_is_on_disk_before_the_pointer_that_leads_to_it(tmp_path: Path, steps: Steps) -> None:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        con.execute("create table mart_x as select 1 as a")
    publish(tmp_path / "warehouse.duckdb", tmp_path / "published", {"as_of": "2025-12-31"}, {})
    new = "published/.new-20251231-0001"
    assert steps == [
        ("sync", f"{new}/manifest.json"), ("sync", f"{new}/marts.duckdb"), ("sync", new),
        ("rename", "published/20251231-0001"), ("sync", "published"),
        ("sync", "published/.CURRENT.part"), ("rename", "published/CURRENT"), ("sync", "published"),
    ]  # fmt: skip
