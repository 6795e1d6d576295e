"""Dagster, unattended: its daemon and web page over one home, in the foreground."""

import os
import sys
from pathlib import Path
from typing import NoReturn

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


def schedule(settings: Settings, host: str, port: int) -> NoReturn:
    """Become Dagster: the daemon restarts code servers that die; what starts services restarts this one."""
    environment = os.environ | {"DAGSTER_HOME": str(instance_folder(settings)), "SOFTCITY_HOME": str(settings.home)}
    os.chdir(PROJECT)
    command = [sys.executable, "-m", "dagster", "dev", "-m", "pipelines.definitions", "-h", host, "-p", str(port)]
    os.execve(sys.executable, command, environment)  # noqa: S606
