"""A command begun for somebody who does not wait for it: in a process and a session of its own, behind the pages in priority.

It goes on when the page is closed, and when the server's worker that began it ends.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines.base.errors import BuildError, BuildRunning
from pipelines.base.visible import visible_lines
from pipelines.build_record import is_building, last_build, running
from pipelines.deliver import trial
from pipelines.settings import PROJECT, Settings

SECONDS = 20.0
"""In which a command must have begun its work, or said why not."""
_TOLD = 2_000   # signs of what a command said that a person is shown


def update(settings: Settings, who: str) -> None:
    """Begin `softcity build`. When this returns it holds the build lock, or is done.

    Raises BuildRunning when another build does, BuildError when it could not begin.
    """
    if is_building(settings):
        raise running(settings)
    elsewhere = [] if settings.landing == settings.home / "landing" else ["--landing", str(settings.landing)]
    begin(settings, ["build", "--who", who, *elsewhere], settings.var / "last_build.log", lambda: last_build(settings), lambda: is_building(settings))


def preview(settings: Settings, who: str, parks: tuple[str, ...] = (), file_id: str = "", kind: str | None = None) -> None:
    """Begin a preview: of all that lies in landing, and of a file that waits on the page. Raises BuildRunning, BuildError."""
    elsewhere = [] if settings.landing == settings.home / "landing" else ["--landing", str(settings.landing)]
    chosen = [*(["--id", file_id] if file_id else []), *(["--as", kind] if kind else []), *(part for park in parks for part in ("--park", park))]
    begin(
        settings, ["deliver", "preview-waiting", "--who", who, "--seconds", str(trial.SECONDS), *chosen, *elsewhere], settings.var / "preview.log",
        lambda: trial.last_preview(settings), lambda: trial.is_previewing(settings),
    )  # fmt: skip


def begin(
    settings: Settings, arguments: list[str], log: Path, record: Callable[[], dict[str, Any] | None], is_held: Callable[[], bool]
) -> None:
    """Begin a command of `softcity`, its words going to `log`, and wait until the `record` it keeps names its process.

    `is_held` tells whether its lock is. Raises BuildRunning when another holds it, BuildError when it could not begin.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", "import os; os.nice(10); from pipelines.cli import main; main()", "--home", str(settings.home), *arguments]
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, start_new_session=True)
    threading.Thread(target=process.wait, daemon=True).start()   # or it would stay as a zombie while this worker lives
    until = time.monotonic() + SECONDS
    while (record() or {}).get("pid") != process.pid:
        if process.poll() is not None:
            words = visible_lines(log.read_text(encoding="utf-8", errors="replace"))[-_TOLD:].strip()
            raise (BuildRunning if is_held() else BuildError)(words.removeprefix("error: ") or f"{arguments[0]} ended with {process.returncode}. Look at {log}.")
        if time.monotonic() > until:
            process.kill()
            raise BuildError(f"{arguments[0]} did not begin within {SECONDS:g} s. Look at {log}, and ask again when less runs.")
        time.sleep(0.05)
