"""Named what-ifs that people keep: which terms of the law are changed to what, under which name, by whom. Never part of a snapshot."""

import secrets
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.base.decisions import SCENARIOS, append, entries
from pipelines.base.errors import ScenarioError

NAME_LENGTH = 40


@dataclass(frozen=True)
class Scenario:
    """`edits` are values by term (pipelines/policy/terms.py); `owner` saved it first; `said` is how much has been said of it."""

    scenario_id: str
    name: str
    document: str
    edits: dict[str, str]
    owner: str
    saved_by: str
    saved_at: str
    note: str
    said: int
    policy: str | None = None
    """Whose terms they are; None of one kept while the city had a single policy."""


def scenarios(folder: Path) -> list[Scenario]:
    """Those that are not deleted, the last saved first."""
    by_id: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in entries(folder, SCENARIOS):
        by_id[str(entry.get("scenario_id"))].append(entry)
    found = [_read(said) for said in by_id.values() if said[-1].get("state") == "saved"]
    return sorted(found, key=lambda one: (one.saved_at, one.scenario_id), reverse=True)


def _read(said: list[dict[str, Any]]) -> Scenario:
    last = said[-1]
    edits = {str(key): str(value) for key, value in (last.get("edits") or {}).items()}
    return Scenario(
        str(last["scenario_id"]), str(last["name"]), str(last["document"]), edits, str(said[0]["who"]), str(last["who"]), str(last["when"]),
        str(last.get("why") or ""), len(said), last.get("policy"),
    )  # fmt: skip


def find(folder: Path, named: str) -> Scenario:
    """The scenario of that id or name. Raises ScenarioError where there is none."""
    for one in scenarios(folder):
        if named in (one.scenario_id, one.name):
            return one
    raise ScenarioError(f"{named}: there is no such scenario. `softcity scenario list` names those kept.", "scenario_gone")


def save(
    folder: Path, name: str, document: str, edits: dict[str, str], who: str, *, note: str = "", scenario_id: str | None = None,
    based_on: int | None = None, policy: str | None = None,
) -> str:  # fmt: skip
    """Keep changes under a name, as a new scenario or in place of what `scenario_id` held; returns its id.

    Raises ScenarioError for a name that is none or taken, and where nothing is changed; DecidedMeanwhile as `append` does.
    """
    if not name.strip() or len(name) > NAME_LENGTH:
        raise ScenarioError(f"A scenario needs a name of at most {NAME_LENGTH} characters.", "scenario_name")
    if not edits:
        raise ScenarioError("A scenario that changes nothing is none. Change a term first.", "scenario_empty")
    taken = next((one for one in scenarios(folder) if one.name == name.strip() and one.scenario_id != scenario_id), None)
    if taken:
        raise ScenarioError(f"{name.strip()}: {taken.owner} keeps a scenario of that name. Choose another.", "scenario_taken")
    kept = scenario_id or secrets.token_hex(4)
    entry = {"scenario_id": kept, "state": "saved", "name": name.strip(), "policy": policy, "document": document, "edits": edits, "why": note or None}
    append(folder, SCENARIOS, entry, who, based_on)
    return kept


def delete(folder: Path, scenario_id: str, who: str, based_on: int | None = None) -> None:
    """Take a scenario from the list; what it held stays on record."""
    one = find(folder, scenario_id)
    append(folder, SCENARIOS, {"scenario_id": one.scenario_id, "state": "deleted", "name": one.name}, who, based_on)
