"""The home as the dashboard is handed it (dashboard/home.py says what a page asks of one)."""

import os
from collections.abc import Sequence

from pipelines.build_record import is_building, last_build
from pipelines.deliver import log
from pipelines.deliver.files import Files
from pipelines.deliver.trial import last_preview
from pipelines.settings import Settings


class Served:
    """One home, for a server that runs for months: nothing is held between two questions."""

    park_sources = log.PARK_SOURCES

    def __init__(self, settings: Settings) -> None:
        self._settings, self.files = settings, Files(settings)

    def deliveries(self) -> list[log.Row]:
        return log.deliveries(self._settings)

    def sources(self, delivered: list[log.Row], only: Sequence[str] = ()) -> list[log.Row]:
        return log.sources(self._settings, delivered, tuple(only))

    def withdraw(self, source_file: str, why: str, who: str, *, undo: bool) -> None:
        from pipelines.sources.ingest import withdraw

        withdraw(self._settings, source_file, why, who, undo)

    def accept(self, source_file: str, why: str, who: str) -> None:
        from pipelines.quality.history import accept

        accept(self._settings, source_file, why, who)

    def build(self) -> log.Row:
        build, is_held = last_build(self._settings) or {}, is_building(self._settings)
        return {
            **{name: build.get(name) or "" for name in ("state", "who", "started_at", "ended_at", "stage", "doing", "message", "snapshot_id")},
            "is_running": is_held and build.get("state") == "running", "is_held": is_held,
            "may_write": all(os.access(folder if folder.exists() else self._settings.home, os.W_OK) for folder in (self._settings.var, self._settings.published)),
        }  # fmt: skip

    def preview(self) -> log.Row | None:
        found = last_preview(self._settings)
        return found and {**found, "is_running": found["state"] == "running"}

    def begin_preview(self, who: str, parks: Sequence[str], file_id: str = "", kind: str | None = None) -> None:
        from pipelines.deliver.background import preview

        preview(self._settings, who, tuple(parks), file_id, kind)

    def update(self, who: str) -> None:
        from pipelines.deliver.background import update

        update(self._settings, who)
