"""The access log: a file of its own, a line for what a person did, a count for what nobody did, bounded, whole."""

import multiprocessing
import sqlite3
import stat
from pathlib import Path

import pytest

from dashboard.access import access_log
from dashboard.access.access_log import AccessLog


@pytest.fixture
def log(tmp_path: Path) -> AccessLog:
    return AccessLog(tmp_path / "access_log.sqlite")


def test_a_flood_of_nobodys_requests_is_a_line_a_minute_for_each_kind(log: AccessLog):
    log.write("sign-in ok", "li", "analyst", "10.0.0.9")
    for number in range(300):
        log.write("denied", "", "", f"10.0.0.{number % 7}", f"/x/{number}", "no session", moment=1_700_000_000 + number % 2 * 60)
        log.write("sign-in failed", "", "", "10.0.0.1", moment=1_700_000_000)
    rows = log.read(1000)
    assert [(row["action"], row["times"]) for row in rows] == [
        ("denied", 150), ("sign-in failed", 300), ("denied", 150), ("sign-in ok", 1),
    ]
    assert rows[0]["address"] == access_log.SEVERAL
    assert rows[1]["address"] == "10.0.0.1"


def test_wrong_tries_at_an_account_are_counted_apart_from_those_at_no_account(log: AccessLog):
    for name in ("li", "", "li", ""):
        log.write("sign-in failed", name, "", "10.0.0.1", moment=1_700_000_000)
    assert {row["name"]: row["times"] for row in log.read()} == {"li": 2, "": 2}


def test_lines_of_nobody_never_push_out_those_of_persons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    log = AccessLog(tmp_path / "log.sqlite", lines=50)
    monkeypatch.setattr(access_log, "_PRUNED_EVERY", 1)
    for number in range(20):
        log.write("view", "li", "analyst", where=f"/{number}")
    for number in range(400):
        log.write("denied", moment=2_000_000_000 + number * 60)
    rows = log.read(1000)
    assert sum(row["action"] == "view" for row in rows) == 20
    assert sum(row["action"] == "denied" for row in rows) == 5


def test_the_oldest_go_by_number_and_by_age(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    log = AccessLog(tmp_path / "log.sqlite", days=10, lines=30)
    monkeypatch.setattr(access_log, "_PRUNED_EVERY", 1)
    log.write("view", "li", "analyst", where="/old", moment=1_500_000_000)
    for number in range(40):
        log.write("view", "li", "analyst", where=f"/{number}")
    assert [row["path"] for row in log.read(1000)] == [f"/{number}" for number in range(39, 9, -1)]


def _write_many(path: Path) -> None:
    for _ in range(100):
        AccessLog(path).write("view", "li", "analyst")
        AccessLog(path).write("denied", moment=1_700_000_000)


def test_several_processes_lose_no_line(log: AccessLog):
    workers = [multiprocessing.get_context("fork").Process(target=_write_many, args=(log.path,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    rows = log.read(1000)
    assert sum(row["action"] == "view" for row in rows) == 300
    assert [row["times"] for row in rows if row["action"] == "denied"] == [300]


def test_the_log_is_its_owners_alone_and_a_removed_one_is_begun_anew(log: AccessLog):
    log.write("view", "li", "analyst")
    assert stat.S_IMODE(log.path.stat().st_mode) == 0o600
    for file in log.path.parent.iterdir():
        file.unlink()
    log.write("view", "wu", "analyst")
    assert [row["name"] for row in log.read()] == ["wu"]


def test_a_line_is_on_record_when_the_process_is_killed_the_next_moment(log: AccessLog):
    log.write("view", "li", "analyst")
    with sqlite3.connect(f"file:{log.path}?mode=ro", uri=True) as other:
        assert other.execute("select count(*) from access_log").fetchone() == (1,)
