"""What was delivered and what is due, as the home is now; a build begun for somebody who does not wait for it."""

import hashlib
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.base.decisions import DELIVERIES, append
from pipelines.base.errors import BuildError, BuildRunning
from pipelines.build_record import build_lock, is_building, last_build, one_build_at_a_time
from pipelines.deliver import background
from pipelines.deliver.log import deliveries, sources
from pipelines.settings import Settings
from pipelines.sources.ingest import ingest, withdraw
from pipelines.sources.landing import CHINA

HEADER = "拨付编号,申报编号,拨付日期,金额(元),资金层级\n"


def put(settings: Settings, name: str, number: str) -> str:
    """A file of payments in landing; its hash."""
    path = settings.landing / "payments" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{HEADER}P{number},A{number},2024-05-01,100,市\n", encoding="utf-8")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def note_delivery(settings: Settings, source_file: str, sha: str, who: str) -> None:
    said = {"number": 1, "source": "payments", "source_file": source_file, "file_sha256": sha, "given_name": "五月.csv", "size": 9, "rows_loaded": 1, "rows_quarantined": 0}
    append(settings.decisions, DELIVERIES, said, who)


def states(settings: Settings) -> dict[str, tuple[str, str | None, list[str]]]:
    return {row["source_file"].partition("/")[2]: (row["status"], row["who"], row["may"]) for row in deliveries(settings)}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(tmp_path)


def test_a_delivery_is_followed_from_landing_to_its_withdrawal(settings: Settings) -> None:
    sha = put(settings, "a_2024-05-31.csv", "1")
    put(settings, "b_2024-06-30.csv", "2")
    note_delivery(settings, "payments/a_2024-05-31.csv", sha, "ste")
    assert states(settings) == {"a_2024-05-31.csv": ("waiting", "ste", ["withdraw"]), "b_2024-06-30.csv": ("waiting", None, ["withdraw"])}
    ingest(settings, lambda _: None)
    assert states(settings) == {"a_2024-05-31.csv": ("loaded", "ste", ["withdraw"]), "b_2024-06-30.csv": ("loaded", None, ["withdraw"])}
    withdraw(settings, "payments/a_2024-05-31.csv", "发错了", "ste")
    assert states(settings)["a_2024-05-31.csv"] == ("withdrawing", "ste", ["undo"])
    ingest(settings, lambda _: None)
    assert states(settings)["a_2024-05-31.csv"] == ("withdrawn", "ste", ["undo"])
    withdraw(settings, "payments/a_2024-05-31.csv", "核实无误", "ste", undo=True)
    assert states(settings)["a_2024-05-31.csv"] == ("restoring", "ste", ["withdraw"])


def test_new_content_under_a_path_is_a_delivery_of_its_own(settings: Settings) -> None:
    first = put(settings, "a_2024-05-31.csv", "1")
    note_delivery(settings, "payments/a_2024-05-31.csv", first, "ste")
    ingest(settings, lambda _: None)
    second = put(settings, "a_2024-05-31.csv", "2")
    note_delivery(settings, "payments/a_2024-05-31.csv", second, "adm")
    assert {(row["file_sha256"], row["who"], row["status"]) for row in deliveries(settings)} == {(first, "ste", "loaded"), (second, "adm", "waiting")}
    ingest(settings, lambda _: None)
    assert {(row["file_sha256"], row["who"], row["status"]) for row in deliveries(settings)} == {(first, "ste", "superseded"), (second, "adm", "loaded")}


def test_a_file_taken_away_before_it_was_read_is_told_as_gone(settings: Settings) -> None:
    sha = put(settings, "a_2024-05-31.csv", "1")
    note_delivery(settings, "payments/a_2024-05-31.csv", sha, "ste")
    (settings.landing / "payments" / "a_2024-05-31.csv").unlink()
    assert states(settings) == {"a_2024-05-31.csv": ("gone", "ste", [])}


def test_a_source_is_late_when_its_rhythm_has_passed_since_the_last_good_file(settings: Settings) -> None:
    today = datetime.now(CHINA).date()
    put(settings, f"a_{today - timedelta(days=4)}.csv", "1")
    (settings.landing / "payments" / f"bad_{today}.pdf").write_bytes(b"x")
    ingest(settings, lambda _: None)
    due = {row["source"]: row for row in sources(settings, deliveries(settings))}
    assert (due["payments"]["state"], due["payments"]["last_received_on"], due["payments"]["refused_count"]) == ("stale", today - timedelta(days=4), 1)
    assert due["payments"]["due_on"] < today
    assert (due["tenancies"]["state"], due["tenancies"]["last_received_on"]) == ("missing", None)
    put(settings, f"c_{today}.csv", "3")
    due = {row["source"]: row for row in sources(settings, deliveries(settings), ("payments",))}
    assert [*due] == ["payments"]
    assert (due["payments"]["state"], due["payments"]["waiting_count"], due["payments"]["newest_file"]) == ("fresh", 1, f"payments/c_{today}.csv")
    assert isinstance(due["payments"]["due_on"], date)


def test_an_invented_city_is_late_against_its_own_last_day(settings: Settings) -> None:
    put(settings, "a_2024-05-31.csv", "1")
    (settings.landing / "SAMPLE").touch()
    ingest(settings, lambda _: None)
    [due] = sources(settings, deliveries(settings), ("payments",))
    assert due["state"] == "fresh"


def test_a_build_is_begun_apart_and_says_on_record_for_whom_and_why_it_failed(settings: Settings) -> None:
    background.update(settings, "ste")
    until = time.monotonic() + 60
    while (found := last_build(settings) or {}).get("state") == "running" and time.monotonic() < until:
        time.sleep(0.05)
    assert (found["state"], found["who"]) == ("failed", "ste")
    assert "no row was loaded" in found["message"]
    while is_building(settings) and time.monotonic() < until:   # it says so before its process is gone
        time.sleep(0.05)
    assert not is_building(settings)


def test_whoever_comes_second_is_told_whose_build_runs(settings: Settings) -> None:
    with one_build_at_a_time(settings, "new_files") as record:
        with pytest.raises(BuildRunning, match="begun by new_files at"):
            background.update(settings, "ste")
        record.state = "published"
    with build_lock(settings), pytest.raises(BuildRunning) as told:
        background.update(settings, "ste")
    assert "begun by" not in str(told.value), "a backup is no build"


def test_a_command_that_ends_before_it_begins_says_why(settings: Settings) -> None:
    with pytest.raises(BuildError, match="No such option"):
        background.begin(settings, ["build", "--nonsense"], settings.var / "said.log", lambda: None, lambda: False)
