"""Files handed in, as the dashboard is given them (dashboard/handed_in.py says what it asks)."""

from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipelines.base.decisions import HEADERS
from pipelines.base.deliveries import Delivery, Report, deliveries
from pipelines.base.incoming import Incoming
from pipelines.deliver import bounded, headers, landing
from pipelines.settings import Settings


class Files:
    """What reads a file runs in the child; nothing is held between two questions but what the contracts say."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self.root = settings, bounded.incoming_root(settings)
        self._sources = lru_cache(1)(lambda _: headers.sources(settings))
        self._templates = lru_cache(32)(lambda source, _: bounded.template(settings, source))

    def _taught_at(self) -> int:
        """Changes when a word is taught."""
        path: Path = self._settings.decisions / HEADERS
        return path.stat().st_mtime_ns if path.exists() else 0

    def sources(self) -> list[dict[str, Any]]:
        return list(self._sources(self._taught_at()))

    def check(self, one: Incoming, parks: tuple[str, ...] | None, delivery: str | None) -> Report:
        return bounded.check(self._settings, one, parks, delivery)

    def confirm(self, one: Incoming, who: str, role: str, parks: tuple[str, ...] | None, delivery: str | None) -> tuple[Delivery, Report]:
        return landing.confirm(self._settings, one, who, role=role, parks=parks, delivery=delivery)

    def landed(self, one: Incoming, sha256: str) -> Delivery | None:
        found = landing.same_bytes(self._settings, one, sha256)
        if found is None:
            return None
        known = next((delivery for delivery in deliveries(self._settings.decisions) if delivery.source_file == found), None)
        return Delivery(**{**asdict(known), "is_new": False}) if known else Delivery(0, one.source, found, sha256, one.given_name, one.size, 0, 0, "", "", is_new=False)

    def template(self, source: str) -> bytes:
        return bytes(self._templates(source, self._taught_at()))

    def mended(self, one: Incoming) -> bytes:
        return bounded.mended(self._settings, one)

    def mended_of(self, source_file: str) -> bytes:
        return bounded.mended_of(self._settings, source_file)

    def teach(self, source: str, word: str, column: str, why: str, who: str) -> None:
        headers.teach(self._settings, source, word, column, why, who)

    def forget(self, source: str, word: str, why: str, who: str) -> None:
        headers.forget(self._settings, source, word, why, who)

    def taught(self) -> list[dict[str, Any]]:
        return headers.taught_now(self._settings) if self._taught_at() else []
