"""Disks that fill up or turn read-only, a folder that goes away, a holder that dies, a clock that jumps."""

import contextlib
import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from dashboard.access.scope import connect
from dashboard.snapshot import Snapshots
from pipelines.base.errors import BuildError, BuildRunning
from pipelines.base.snapshots import current_id, snapshots
from pipelines.build_record import build_lock, is_building, last_build, one_build_at_a_time
from pipelines.publish import prune, publish
from pipelines.settings import PROJECT, Settings
from pipelines.sources.ingest import ingest, report_on_file
from pipelines.sources.landing import CHINA

HEADER = "拨付编号,申报编号,拨付日期,金额(元),资金层级\n"
POLICY = {"policy_id": "x", "title": "x", "documents": [{"document": "draft", "title": "x", "is_draft": True}]}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "softcity", folder], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("needs a disk of its own: run as root where mounting a tmpfs is allowed")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """Marts of some megabytes that do not compress."""
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("create table mart_x as select md5(i::varchar) || md5((-i)::varchar) as a from range(60000) as t(i)")
    return path


def publish_once(warehouse: Path, published: Path, day: str = "2025-12-31") -> str:
    return publish(warehouse, published, {"as_of": day, "built_on": day, "city": {"zh": "x", "en": "x"}, "lists": {"zh": {}, "en": {}}, "policies": [POLICY]}, {})


def fill(folder: Path) -> None:
    """Leave no byte free."""
    with contextlib.suppress(OSError), (folder / "filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(bytes(1 << 20))


def content(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_on_a_full_disk_the_snapshot_stays_and_room_is_all_it_needs(small_disk: Path, warehouse: Path) -> None:
    published = small_disk / "published"
    first = publish_once(warehouse, published)
    served = content(published / first)
    fill(small_disk)
    with pytest.raises((OSError, duckdb.Error)):
        publish_once(warehouse, published)
    assert current_id(published) == first
    assert content(published / first) == served
    assert Snapshots(published).current().snapshot_id == first
    (small_disk / "filler").unlink()
    second = publish_once(warehouse, published)
    assert current_id(published) == second != first
    assert not list(published.glob(".*")), "no litter"


def test_a_file_read_on_a_full_disk_stops_the_build_and_is_not_held_against_it(small_disk: Path) -> None:
    settings = Settings(home=small_disk, landing=small_disk / "landing")
    path = settings.landing / "payments" / "p_2024-07-01.csv"
    path.parent.mkdir(parents=True)
    lines = [f"P{i},S{i},2024-06-25,{i + 1},市\n" for i in range(20_000)]
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    with pytest.raises(BuildError, match=r"No space left.*Make room"):
        ingest(settings, lambda _: fill(small_disk))
    (small_disk / "filler").unlink()
    assert not ingest(settings, lambda _: None).warnings
    assert [record.rows_loaded for record in report_on_file(settings).records] == [20_000]


def test_on_a_disk_turned_read_only_readers_go_on_and_nothing_else_changes(small_disk: Path, warehouse: Path) -> None:
    published = small_disk / "published"
    first = publish_once(warehouse, published)
    served = content(published / first)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(OSError) as caught:  # noqa: PT011 (its number is asked below)
        publish_once(warehouse, published)
    assert caught.value.errno == errno.EROFS
    assert connect(Snapshots(published).current().database, None).execute("select count(*) from mart_x").fetchone() == (60000,)
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    assert content(published / first) == served
    assert publish_once(warehouse, published) != first


def test_a_landing_folder_lost_while_it_is_read_is_told_and_taken_up_when_it_is_back(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, landing=tmp_path / "landing")
    folder, away = settings.landing / "payments", tmp_path / "away"
    folder.mkdir(parents=True)
    for i in range(3):
        (folder / f"p{i}_2024-0{i + 6}-28.csv").write_text(f"{HEADER}P{i},S{i},2024-0{i + 6}-25,{i}00,市\n", encoding="utf-8")
    sent = content(folder)

    def lose(_: str) -> None:
        if folder.exists():
            settings.landing.rename(away)

    report = ingest(settings, lose)
    assert report.warnings, "what could not be read is told"
    assert not [record for record in report.records if record.status == "loaded" and record.rows_loaded == 0]
    away.rename(settings.landing)
    assert not ingest(settings, lambda _: None).warnings
    assert sum(record.rows_loaded for record in report_on_file(settings).records if record.status == "loaded") == 3
    assert content(folder) == sent
    assert not [path for path in settings.raw.rglob(".*") if path.is_file()], "no litter"


def test_a_second_build_is_told_who_builds_and_a_dead_holder_holds_nothing(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path)
    code = (
        "import sys, time; from pathlib import Path; from pipelines.settings import Settings\n"
        "from pipelines.build_record import one_build_at_a_time\n"
        "with one_build_at_a_time(Settings.load(Path(sys.argv[1]))): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(BuildRunning, match=f"process {holder.pid} is building"), build_lock(settings):
        pass
    assert (last_build(settings) or {})["state"] == "running"
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert not is_building(settings)
    assert (last_build(settings) or {})["state"] == "killed"
    with one_build_at_a_time(settings) as record:
        record.state = "published"
    assert (last_build(settings) or {})["state"] == "published"
    with build_lock(settings):  # a backup waits for builds, but is none
        pass
    assert (last_build(settings) or {})["state"] == "published"


def test_a_file_from_a_clock_that_runs_ahead_arrived_today_at_the_latest(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, landing=tmp_path / "landing")
    path = settings.landing / "payments" / "p.csv"
    path.parent.mkdir(parents=True)
    path.write_text(f"{HEADER}P1,S1,2024-06-25,100,市\n", encoding="utf-8")
    os.utime(path, (time.time() + 20 * 365 * 86400,) * 2)
    (record,) = ingest(settings, lambda _: None).records
    assert record.received_on == datetime.now(CHINA).date().isoformat()
    os.utime(path, (0, 0))
    assert ingest(settings, lambda _: None).new_count == 0, "the clock put right again makes no new file of it"


def test_a_reader_of_an_old_snapshot_reads_on_while_others_are_published_and_removed(tmp_path: Path, warehouse: Path) -> None:
    published = tmp_path / "published"
    first = publish_once(warehouse, published, "2025-11-01")
    reader = connect(Snapshots(published).current().database, None)
    seen = reader.execute("select count(*), max(a) from mart_x").fetchone()
    served = Snapshots(published, check_seconds=0)
    for day in range(2, 6):
        newest = publish_once(warehouse, published, f"2025-11-{day:02d}")
        prune(published, 1)
        assert served.current().snapshot_id == newest
        assert reader.execute("select count(*), max(a) from mart_x").fetchone() == seen
    assert first not in {path.name for path in snapshots(published)}
    assert len(snapshots(published)) == 1
