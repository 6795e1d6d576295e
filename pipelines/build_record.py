"""What a build leaves for whoever asks how it stands: who holds the lock, and how the last one ended.

`var/last_build.json` is written when a build begins and when it ends; one that says running while nobody holds the
lock was killed. The failing rows of a refused build lie beside it, since its marts are never published.
"""

import csv
import fcntl
import json
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.base import logs
from pipelines.base.errors import BuildRunning, SoftcityError
from pipelines.base.visible import visible
from pipelines.quality.result import CheckResult
from pipelines.settings import Settings

FAILURES = "last_failures.csv"
STAGES = ("reading", "matching", "evaluating", "proving", "publishing")
"""What a build does, one after the other."""
_log = logging.getLogger("softcity.build")


@dataclass
class BuildRecord:
    """One build, filled while it runs."""

    started_at: str
    pid: int
    who: str = ""  # who asked for it: a user, or the schedule or sensor that began it
    run_id: str = field(default_factory=lambda: secrets.token_hex(8))  # on every log line of the build
    stage: str = ""  # of STAGES
    doing: str = ""  # at this moment, in words
    ended_at: str | None = None
    state: str = "running"  # running, published, unchanged or failed
    message: str = ""  # of a failed one: what and how to mend
    as_of: str | None = None
    snapshot_id: str | None = None
    checks: list[CheckResult] = field(default_factory=list)

    def tell(self, checks: list[CheckResult]) -> None:
        """Add what was checked; a check made again tells what it found last."""
        again = {check.check_id for check in checks}
        self.checks = [*(check for check in self.checks if check.check_id not in again), *checks]

    def content(self) -> dict[str, Any]:
        # vars, not asdict: that copies every row a check found, a hundred times a build
        return {**vars(self), "checks": [check.row() for check in self.checks if not check.is_success]}


@contextmanager
def build_lock(settings: Settings) -> Iterator[None]:
    """Hold what a build holds: builds wait, readers go on. The system frees it when its holder dies.

    Raises BuildRunning naming the holder when another process has it.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(held(settings.var / "build.lock"))
        except BlockingIOError:
            raise running(settings) from None
        yield


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a lock in a file that names its holder. Raises BlockingIOError when another process has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def running(settings: Settings) -> BuildRunning:
    """What to tell whoever comes second: which process builds, who began it and when; what holds the lock and is no build has no beginner."""
    build, pid = last_build(settings) or {}, (settings.var / "build.lock").read_text().strip()
    begun = f", begun by {build.get('who') or 'nobody known'} at {build['started_at']}" if build.get("state") == "running" else ""
    return BuildRunning(f"{settings.home}: process {pid} is building{begun}. Wait for it to end.")


@contextmanager
def one_build_at_a_time(settings: Settings, who: str = "") -> Iterator[BuildRecord]:
    """Hold the build lock for a whole build and keep its record. Raises BuildRunning when another build runs."""
    with build_lock(settings):
        record = BuildRecord(_now(), os.getpid(), who)
        _write(settings, record)
        token = logs.run_id.set(record.run_id)
        _log.info("begun", extra={"fields": {"home": str(settings.home), "pid": record.pid}})
        try:
            yield record
        except BaseException as error:
            record.state, record.message = "failed", words_of(error)
            raise
        finally:
            record.ended_at = _now()
            _write(settings, record)
            told = {"state": record.state, "as_of": record.as_of, "snapshot_id": record.snapshot_id, "reason": record.message}
            _log.log(logging.ERROR if record.state == "failed" else logging.INFO, "ended", extra={"fields": told})
            logs.run_id.reset(token)


def tell(settings: Settings, record: BuildRecord, stage: str, doing: str) -> None:
    """Put on record what a build does now, for whoever looks on."""
    record.stage, record.doing = stage or record.stage, visible(doing)
    _write(settings, record)


def words_of(error: BaseException) -> str:
    """An error in a record: our own tells what to mend, another at least its kind."""
    return str(error) if isinstance(error, SoftcityError) else f"{type(error).__name__}: {error}"


def last_build(settings: Settings) -> dict[str, Any] | None:
    """The record of the last build; its state is `killed` when it neither ended nor runs. None before the first."""
    try:
        found: dict[str, Any] = json.loads((settings.var / "last_build.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if found["state"] == "running" and not is_building(settings):
        found |= {"state": "killed", "message": "It was ended from outside. Nothing is lost: build again."}
    return found


def is_building(settings: Settings) -> bool:
    """Whether some process holds the build lock."""
    return is_held(settings.var / "build.lock")


def is_held(path: Path) -> bool:
    """Whether some process holds this lock."""
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _write(settings: Settings, record: BuildRecord) -> None:
    path = settings.var / "last_build.json"
    part = path.with_suffix(".part")
    part.write_text(json.dumps(record.content(), ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    part.replace(path)
    rows = [row for check in record.checks for row in check.failure_rows()]
    if record.state == "failed" and rows:
        with (settings.var / FAILURES).open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    elif record.state != "running":
        Path(settings.var / FAILURES).unlink(missing_ok=True)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
