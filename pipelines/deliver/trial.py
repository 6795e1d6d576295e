"""The throwaway home of a preview, and how the last preview ended: read by servers, which build nothing."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pipelines.base.errors import BuildRunning
from pipelines.build_record import held, is_held, last_build
from pipelines.settings import Settings

SECONDS = 900
"""After which a preview begun from a page is ended."""
_LOCK = "preview.lock"
Row = dict[str, Any]


def trial_of(settings: Settings) -> Settings:
    """The throwaway home."""
    folder = settings.var / "preview"
    return replace(settings, home=folder, landing=folder / "landing")


def last_preview(settings: Settings) -> Row | None:
    """How the last preview ended, or what the running one does; one that neither runs nor ended was killed. None before the first."""
    try:
        told: Row = json.loads((settings.var / "preview.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if told["state"] == "running":
        build = last_build(trial_of(settings)) or {}
        told |= {name: build.get(name) or "" for name in ("stage", "doing")} if is_previewing(settings) else {"state": "killed"}
    return told


def is_previewing(settings: Settings) -> bool:
    """Whether some process previews."""
    return is_held(settings.var / _LOCK)


@contextmanager
def one_preview_at_a_time(settings: Settings) -> Iterator[None]:
    """Raises BuildRunning when another process previews."""
    with ExitStack() as stack:
        try:
            stack.enter_context(held(settings.var / _LOCK))
        except BlockingIOError:
            told = last_preview(settings) or {}
            raise BuildRunning(f"{settings.home}: a preview runs, begun by {told.get('who')} at {told.get('started_at')}. Wait for it to end.") from None
        yield


def write(settings: Settings, told: Row) -> None:
    """Put on record how a preview stands."""
    part = settings.var / "preview.json.part"
    part.write_text(json.dumps(told, ensure_ascii=False, default=str), encoding="utf-8")
    part.replace(settings.var / "preview.json")


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
