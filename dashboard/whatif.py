"""The what-if as a page asks it: what may be changed, one run at a time, answers kept. Nothing is counted here.

The law and its evaluator are handed to create_app as two functions, since the dashboard knows only snapshots.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from dashboard.errors import AnswerLate, EditRefused, NothingThere, SnapshotMissing
from dashboard.snapshot import Snapshot, Snapshots

Term = dict[str, Any]
Answer = dict[str, Any]
TURN_SECONDS = 20
ANSWERS_KEPT = 16


class WhatIf:
    """`terms(document)` lists what may be changed; `run(snapshot folder, edits)` says what that would cost."""

    def __init__(
        self, terms: Callable[[str], list[Term]] | None, run: Callable[[Path, dict[str, str]], Answer] | None
    ) -> None:
        self._terms, self._run = terms, run
        self._turn = threading.Lock()
        self._answers: OrderedDict[tuple[object, ...], Answer] = OrderedDict()

    def terms(self, document: str) -> list[Term]:
        """Raises NothingThere when the dashboard was started without the law."""
        if self._terms is None:
            raise NothingThere("terms")
        return self._terms(document)

    def ask(self, snapshot: Snapshot, edits: dict[str, str]) -> Answer:
        """The answer to edits by term key. A snapshot never changes, so neither does an answer.

        Raises EditRefused when the law does not hold with them, AnswerLate when others are asked for too long.
        """
        key = (snapshot.folder, snapshot.document, *sorted(edits.items()))
        if known := self._answers.get(key):
            return known
        if self._run is None:
            raise NothingThere("whatif")
        known_terms = {term["key"]: term for term in self.terms(snapshot.document)}
        if unfit := [key for key, value in edits.items() if key not in known_terms or wrong(known_terms[key], value)]:
            raise EditRefused(f"{', '.join(unfit)}: no such term, or not within its bounds.")
        if not self._turn.acquire(timeout=TURN_SECONDS):
            raise AnswerLate("Another what-if is running. Ask again in a minute.")
        try:
            if key not in self._answers:  # somebody may have asked the same while this one waited
                answer = self._run(snapshot.folder, {"document": snapshot.document, **edits})
                self._answers[key] = figures(answer)
                while len(self._answers) > ANSWERS_KEPT:
                    self._answers.popitem(last=False)
            return self._answers[key]
        finally:
            self._turn.release()

    def shortest(self, query: str, snapshots: Snapshots) -> str:
        """A query with only those edits that differ from the text; anything odd is left for the page to refuse."""
        try:
            pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=400)
            texts = {f"set.{term['key']}": term["value"] for term in self.terms(snapshots.current().document)}
        except (ValueError, NothingThere, SnapshotMissing):
            return query
        kept = [(key, value) for key, value in pairs if value.strip() and not is_same(value, texts.get(key))]
        return query if len(kept) == len(pairs) else urlencode(kept)


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
