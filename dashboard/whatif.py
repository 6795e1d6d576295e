"""The what-if as a page asks it: what may be changed, a run in its turn, answers kept for all workers. Nothing is counted here.

The law and its evaluator are handed to create_app as two functions, since the dashboard knows only snapshots.
"""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from dashboard.errors import EditRefused, NothingThere, SnapshotMissing
from dashboard.heavy import Queue
from dashboard.snapshot import Snapshot, Snapshots

Term = dict[str, Any]
Answer = dict[str, Any]
ANSWERS_KEPT = 16


class WhatIf:
    """`terms(document)` lists what may be changed; `run(snapshot folder, edits)` says what that would cost."""

    def __init__(
        self, terms: Callable[[str], list[Term]] | None, run: Callable[[Path, dict[str, str]], Answer] | None, shared: Path
    ) -> None:
        self._terms, self._run = terms, run
        self._queue, self._folder = Queue(shared), shared / "answers"

    def terms(self, document: str) -> list[Term]:
        """Raises NothingThere when the dashboard was started without the law."""
        if self._terms is None:
            raise NothingThere("terms")
        return self._terms(document)

    def ask(self, snapshot: Snapshot, edits: dict[str, str]) -> Answer:
        """The answer to edits by term key. A snapshot never changes, so neither does an answer.

        Raises EditRefused when the law does not hold with them, Busy or AnswerLate when others have their turn.
        """
        key = json.dumps([str(snapshot.folder), snapshot.document, sorted(edits.items())])
        file = self._folder / f"{sha256(key.encode()).hexdigest()}.json"
        if known := _read(file):
            return known
        if self._run is None:
            raise NothingThere("whatif")
        known_terms = {term["key"]: term for term in self.terms(snapshot.document)}
        if unfit := [key for key, value in edits.items() if key not in known_terms or wrong(known_terms[key], value)]:
            raise EditRefused(f"{', '.join(unfit)}: no such term, or not within its bounds.")
        with self._queue.turn():
            if known := _read(file):  # somebody may have asked the same while this one waited
                return known
            answer = self._run(snapshot.folder, {"document": snapshot.document, **edits})
            self._put(file, answer)
        return figures(answer)  # type: ignore[no-any-return]

    def _put(self, file: Path, answer: Answer) -> None:
        """Keep an answer for all workers; the caller has its turn, so nobody else writes."""
        self._folder.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
        part.replace(file)
        for old in sorted(self._folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)[:-ANSWERS_KEPT]:
            old.unlink()

    def shortest(self, query: str, snapshots: Snapshots) -> str:
        """A query with only those edits that differ from the text; anything odd is left for the page to refuse."""
        try:
            pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=400)
            texts = {f"set.{term['key']}": term["value"] for term in self.terms(snapshots.current().document)}
        except (ValueError, NothingThere, SnapshotMissing):
            return query
        kept = [(key, value) for key, value in pairs if value.strip() and not is_same(value, texts.get(key))]
        return query if len(kept) == len(pairs) else urlencode(kept)


def _read(file: Path) -> Answer | None:
    try:
        return _parsed(file, file.stat().st_mtime_ns)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=ANSWERS_KEPT)
def _parsed(file: Path, _: int) -> Answer:
    return figures(json.loads(file.read_text(encoding="utf-8")))  # type: ignore[no-any-return]


def is_same(value: str, text: str | None) -> bool:
    """Whether two ways of writing a value are one: 50 and 50.0 are."""
    if text is None or value.strip() == text:
        return text is not None
    try:
        return Decimal(value) == Decimal(text)
    except InvalidOperation:
        return False


def wrong(term: Term, value: str) -> str | None:
    """Why a value cannot stand for a term: a key under whatif.wrong in text/, or None."""
    if term["unit"] == "choice":
        return None if value in term["options"] else "choice"
    try:
        if term["unit"] == "day":
            date.fromisoformat(value)
            return None
        low, high = term["bounds"]
        return None if low <= Decimal(value) <= high else "bounds"
    except (ValueError, InvalidOperation):
        return "day" if term["unit"] == "day" else "figure"


def figures(answer: Any, key: str = "") -> Any:
    """The answer with sums of money as decimals, in whatever form they came."""
    if isinstance(answer, dict):
        return {name: figures(value, name) for name, value in answer.items()}
    if isinstance(answer, list):
        return [figures(value) for value in answer]
    return Decimal(str(answer)) if key.endswith("_yuan") and answer is not None else answer
