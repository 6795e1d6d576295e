"""Dagster, unattended: its daemon and web page over one home, in the foreground."""

import os
import sys
from pathlib import Path
from typing import NoReturn

from dashboard.scratch import scratch
from pipelines.assets.record import is_building
from pipelines.settings import PROJECT, Settings

# One run at a time: the warehouse has one writer. Ticks that did nothing go after a week, or the history fills the disk.
INSTANCE = """\
telemetry: {enabled: false}
freshness: {enabled: true}
concurrency: {runs: {max_concurrent_runs: 1}}
run_monitoring: {enabled: true}
run_retries: {enabled: true, max_retries: 1, retry_on_asset_or_op_failure: false}
retention:
  schedule: {purge_after_days: 90}
  sensor: {purge_after_days: {skipped: 7, started: 90, success: 90, failure: 90}}
"""


def instance_folder(settings: Settings) -> Path:
    """DAGSTER_HOME when it is set (Postgres, other hosts: yours to configure), else a small one under var/."""
    if given := os.environ.get("DAGSTER_HOME"):
        return Path(given)
    folder = settings.var / "dagster"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "dagster.yaml").exists():
        (folder / "dagster.yaml").write_text(INSTANCE, encoding="utf-8")
    return folder


def fail_what_died(settings: Settings, folder: Path) -> int:
    """End the runs a killed scheduler left as running, and tell how many; a run that lives holds the build lock.

    Dagster cannot tell that such a run died, and counts it against the one run at a time for ever.
    """
    from dagster import DagsterInstance, DagsterRunStatus, RunsFilter

    if is_building(settings):
        return 0
    with DagsterInstance.from_config(str(folder)) as instance:
        left = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]
        runs = instance.get_runs(RunsFilter(statuses=left))
        for run in runs:
            instance.report_run_failed(run, "Its scheduler was ended from outside. Nothing is lost: the next run builds again.")
    return len(runs)


def schedule(settings: Settings, host: str, port: int) -> NoReturn:
    """Become Dagster: the daemon restarts code servers that die; what starts services restarts this one."""
    fail_what_died(settings, instance_folder(settings))
    environment = os.environ | {"DAGSTER_HOME": str(instance_folder(settings)), "SOFTCITY_HOME": str(settings.home)}
    environment["TMPDIR"] = scratch("schedule")  # Dagster leaves its sockets there when it is killed
    os.chdir(PROJECT)
    command = [sys.executable, "-m", "dagster", "dev", "-m", "pipelines.definitions", "-h", host, "-p", str(port)]
    os.execve(sys.executable, command, environment)  # noqa: S606
