"""The what-if as a page asks it: what may be changed, a run in its turn, answers kept for all workers, and what people kept. Nothing is counted here.

The law and its evaluator are handed to create_app as two functions, since the dashboard knows only snapshots.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import g

from dashboard.errors import EditRefused, NothingThere, ScenarioError
from dashboard.heavy import Queue
from dashboard.snapshot import Snapshot
from pipelines.base import scenarios as kept
from pipelines.base.scenarios import Scenario

Term = dict[str, Any]
Answer = dict[str, Any]
ANSWERS_KEPT = 16


class WhatIf:
    """`terms(policy, document)` lists what may be changed; `run(snapshot folder, edits)` says what that would cost."""

    def __init__(
        self, terms: Callable[[str, str], list[Term]] | None, run: Callable[[Path, dict[str, str]], Answer] | None, shared: Path
    ) -> None:
        self._terms, self._run = terms, run
        self._queue, self._folder = Queue(shared), shared / "answers"

    def terms(self, snapshot: Snapshot) -> list[Term]:
        """Raises NothingThere when the dashboard was started without the law, LawBroken when it does not hold."""
        if self._terms is None:
            raise NothingThere("terms")
        return self._terms(snapshot.policy_id, snapshot.document)

    def ask(self, snapshot: Snapshot, edits: dict[str, str]) -> Answer:
        """The answer to edits by term key. A snapshot never changes, so neither does an answer.

        Raises EditRefused when the law does not hold with them, Busy or AnswerLate when others have their turn.
        """
        known_terms = {term["key"]: term for term in self.terms(snapshot)}
        edits = changed(list(known_terms.values()), edits)
        if unfit := [key for key, value in edits.items() if key not in known_terms or wrong(known_terms[key], value)]:
            raise EditRefused(f"{', '.join(unfit)}: no such term, or not within its bounds.")
        key = json.dumps([str(snapshot.folder), snapshot.policy_id, snapshot.document, sorted(edits.items())])
        file = self._folder / f"{sha256(key.encode()).hexdigest()}.json"
        if known := _read(file):
            return known
        if self._run is None:
            raise NothingThere("whatif")
        with self._queue.turn():
            if known := _read(file):  # somebody may have asked the same while this one waited
                return known
            answer = self._run(snapshot.folder, {"policy": snapshot.policy_id, "document": snapshot.document, **edits})
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


def scenarios() -> list[Scenario]:
    """The scenarios people keep, of the policies the signed-in user sees; one that names none is for who sees all."""
    seen: set[str | None] = {one.policy_id for one in g.snapshot.policies} | (set() if g.user.policies else {None})
    return [one for one in kept.scenarios(g.decisions) if one.policy in seen]


def find_scenario(scenario_id: str) -> Scenario:
    """One of them by its id. Raises ScenarioError."""
    found = next((one for one in scenarios() if one.scenario_id == scenario_id), None)
    if found is None:
        raise ScenarioError(f"{scenario_id}: there is no such scenario, or it is of a policy this account does not see.", "scenario_gone")
    return found


def _read(file: Path) -> Answer | None:
    try:
        return _parsed(file, file.stat().st_mtime_ns)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=ANSWERS_KEPT)
def _parsed(file: Path, _: int) -> Answer:
    return figures(json.loads(file.read_text(encoding="utf-8")))  # type: ignore[no-any-return]


def plain(term: Term, typed: str) -> str:
    """A value as the law's files write it, however it was typed: of a term in 万元, 80 for 80万 and 15000 for 1.5亿.

    What is no figure stays as it was: `wrong` says so.
    """
    value = unicodedata.normalize("NFKC", typed).strip()
    if term["unit"] == "districts":
        chosen = value.split(",")
        return ",".join(sorted(set(chosen), key=lambda code: (code not in term["options"], term["options"].index(code) if code in term["options"] else code)))
    if term["unit"] not in _COUNTS_IN or not (found := _FIGURE.fullmatch(value)):
        return value
    figure, size, yuan, percent = found.groups()
    if (yuan and term["unit"] != "wan") or (percent and term["unit"] != "percent"):
        return value
    ones = _SIZES.get(size or yuan, _COUNTS_IN[term["unit"]])
    return f"{(Decimal(figure.replace(',', '')) * ones / _COUNTS_IN[term['unit']]).normalize():f}"


_COUNTS_IN = {"wan": 10_000, "percent": 1, "count": 1}
"""How many one of a unit is."""
_SIZES = {"\u4e07": 10_000, "\u4ebf": 100_000_000, "\u5143": 1}
"""wan, yi and yuan, as written behind a figure."""
_FIGURE = re.compile("([+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:[.][0-9]{1,6})?) ?([\u4e07\u4ebf])?(\u5143)?(%)?")


def changed(terms: Sequence[Term], values: Mapping[str, str]) -> dict[str, str]:
    """Of values by term key those that differ from the text, as the law's files write them."""
    known = {term["key"]: term for term in terms}
    told = {key: plain(known[key], value) if key in known else value for key, value in values.items()}
    return {key: value for key, value in told.items() if key not in known or value != plain(known[key], known[key]["value"])}


def wrong(term: Term, value: str) -> str | None:
    """Why a plain value cannot stand for a term: a key under whatif.wrong in text/, or None."""
    if term["unit"] == "choice":
        return None if value in term["options"] else "choice"
    if term["unit"] == "districts":
        return None if set(value.split(",")) <= set(term["options"]) else "districts"
    if term["unit"] == "day":
        return None if _is_day(value) else "day"
    if not re.fullmatch("[+-]?[0-9]+([.][0-9]+)?", value):
        return "amount" if term["unit"] == "wan" else "figure"
    low, high = term["bounds"]
    return None if low <= Decimal(value) <= high else "bounds"


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def figures(answer: Any, key: str = "") -> Any:
    """The answer with sums of money as decimals, in whatever form they came."""
    if isinstance(answer, dict):
        return {name: figures(value, name) for name, value in answer.items()}
    if isinstance(answer, list):
        return [figures(value) for value in answer]
    return Decimal(str(answer)) if key.endswith("_yuan") and answer is not None else answer
