"""Dagster's processes killed or ended at any moment: a run goes on where it was, and nothing is left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from bench.home import struck
from pipelines.base.processes import tree
from pipelines.base.snapshots import current_id, read_manifest
from pipelines.build import build
from pipelines.build_record import last_build
from pipelines.defs import definitions
from pipelines.schedule import fail_what_died, instance_folder
from pipelines.settings import PROJECT, Settings
from tests.integration.test_dagster import FIRMS, _write

pytestmark = pytest.mark.slow


def daily_build() -> Any:
    """What a run in another process, or one resumed, loads: the job of the home that SOFTCITY_HOME names."""
    return definitions(Settings.load()).resolve_job_def("daily_build")


def _marts(settings: Settings, snapshot_id: str | None) -> dict[str, list[tuple[Any, ...]]]:
    with duckdb.connect(str(settings.published / str(snapshot_id) / "marts.duckdb"), read_only=True) as con:
        names = [name for (name,) in con.execute("select table_name from duckdb_tables() order by 1").fetchall()]
        return {name: con.execute(f"from {name}").fetchall() for name in names}


def test_a_run_resumed_after_a_kill_publishes_what_an_undisturbed_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path, "registrations_full_2024-02-25.csv", FIRMS)
    home = Settings.load(tmp_path)
    records = instance_folder(home)
    monkeypatch.setenv("SOFTCITY_HOME", str(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", str(records))
    command = [sys.executable, "-m", "dagster", "job", "execute", "-m", "pipelines.definitions", "-j", "daily_build"]
    ended, _ = struck(command, "套用政策条款", 1.0)
    assert ended == -signal.SIGKILL
    assert (last_build(home) or {})["state"] == "killed"
    assert current_id(home.published) is None
    assert fail_what_died(home, records) == 1
    with dg.DagsterInstance.from_config(str(records)) as kept:
        (killed,) = kept.get_runs()
        options = dg.ReexecutionOptions.from_failure(killed.run_id, kept)
        with dg.execute_job(dg.reconstructable(daily_build), kept, reexecution_options=options) as resumed:
            assert resumed.success
            steps = {event.step_key for event in resumed.all_events if event.is_step_success}
    assert {"models", "snapshot"} <= steps
    assert not [step for step in steps if step.startswith("raw__") or step in ("inputs", "identity")]
    first = "20240220-0001"
    assert current_id(home.published) == first
    undisturbed = build(home, force=True).snapshot_id
    assert _marts(home, first) == _marts(home, undisturbed)
    assert read_manifest(home.published, first)["checks"] == read_manifest(home.published, undisturbed)["checks"]


def test_the_scheduler_is_gone_with_all_below_it_within_ten_seconds_of_sigterm(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", "--home", str(tmp_path), "schedule", "--port", "3987"]
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        until = time.monotonic() + 90
        while len(tree(process.pid)) < 5 and time.monotonic() < until:   # Dagster itself, its page, its daemon, a code server for each
            time.sleep(0.2)
        below = tree(process.pid)
        assert len(below) >= 5
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert [pid for pid in below if Path(f"/proc/{pid}").exists()] == []
    finally:
        for pid in tree(process.pid):
            if process.poll() is None:
                os.kill(pid, signal.SIGKILL)
