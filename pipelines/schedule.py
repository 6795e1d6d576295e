"""Dagster, unattended: its daemon and web page over one home, in the foreground."""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from pipelines.base.processes import tree
from pipelines.base.scratch import scratch
from pipelines.build_record import is_building
from pipelines.settings import PROJECT, Settings

GRACE_SECONDS = 3.0  # all must be gone within ten of SIGTERM, on a busy machine too

# One run at a time: the warehouse has one writer. Ticks that did nothing go after a week, or the history fills the disk.
INSTANCE = """\
telemetry: {enabled: false}
nux: {enabled: false}
freshness: {enabled: true}
concurrency: {runs: {max_concurrent_runs: 1}}
run_monitoring: {enabled: true}
run_retries: {enabled: true, max_retries: 1, retry_on_asset_or_op_failure: false}
retention:
  schedule: {purge_after_days: 90}
  sensor: {purge_after_days: {skipped: 7, started: 90, success: 90, failure: 90}}
"""


_FAIL_WHAT_DIED = """
import sys
from pipelines.schedule import fail_what_died, instance_folder
from pipelines.settings import Settings
settings = Settings.load(sys.argv[1])
fail_what_died(settings, instance_folder(settings))
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


def schedule(settings: Settings, host: str, port: int) -> int:
    """Run Dagster's daemon, page and code server until they end or SIGTERM comes, then none of them is left; how they ended.

    Dagster restarts code servers that die; what starts services restarts this command.
    """
    # in a process of its own: this one stays small, and ends at once
    subprocess.run([sys.executable, "-c", _FAIL_WHAT_DIED, str(settings.home)], cwd=PROJECT, check=True)
    environment = os.environ | {"DAGSTER_HOME": str(instance_folder(settings)), "SOFTCITY_HOME": str(settings.home)}
    folder = environment["TMPDIR"] = scratch("schedule")  # Dagster leaves its sockets there when it is killed
    command = [sys.executable, "-m", "dagster", "dev", "-m", "pipelines.definitions", "-h", host, "-p", str(port)]
    _adopt_orphans()
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: asked.set())
    process = subprocess.Popen(command, cwd=PROJECT, env=environment, start_new_session=True)
    while process.poll() is None and not asked.wait(0.5):
        pass
    _end(GRACE_SECONDS)
    shutil.rmtree(folder, ignore_errors=True)
    return 0 if asked.is_set() else process.wait() or 1


def _end(grace: float) -> None:
    """Ask every process below this one to end, and end those that have not after a while; a killed build harms nothing."""
    until = time.monotonic() + grace
    _signal(signal.SIGTERM)
    while _below() and time.monotonic() < until:
        time.sleep(0.1)
    while _below():
        _signal(signal.SIGKILL)
        time.sleep(0.1)


def _signal(number: signal.Signals) -> None:
    for pid in _below():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _below() -> list[int]:
    """Every process below this one that still runs; what has ended is reaped."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    return tree(os.getpid())[1:]


def _adopt_orphans() -> None:
    """Become the parent of every process below whose own parent ends, so that none is out of reach (Linux: prctl 36)."""
    ctypes.CDLL(None, use_errno=True).prctl(36, 1, 0, 0, 0)
