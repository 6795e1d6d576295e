"""What became of audit findings: what people said of them, and when builds ceased to see one or saw it again.

Both are lines of decisions/findings.jsonl by the finding's id, which rests on what it is about (int_findings.sql) and so is
the same in every build. People give `state`, builds give `seen`, and those of findings that somebody spoke of alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipelines.base.decisions import FINDINGS, append, entries

STATES = ("open", "explained", "recovered", "closed")
SETTLED = STATES[1:]
"""States that end a matter: each with a reason."""
GONE, RETURNED, CHANGED = "gone", "returned", "changed"
"""What a build saw: no such finding any more; again, after it was gone; with other figures."""
STATUSES = (*STATES, RETURNED, CHANGED)
"""How a finding stands: as people left it, or what makes it open again though they had settled it."""
FIGURES = ("amount_yuan", "limit_yuan", "at_stake_yuan")
TOLD = (
    "kind", "severity", "policy_id", "clause_id", "enterprise_id", "enterprise_name", "park_id", "district_code", "application_no",
    "payment_nos", "found_on", "evidence", *FIGURES,
)  # fmt: skip
"""What of a finding is noted with each line: it can be read when no snapshot holds it any more."""
BUILD = "build"
"""Who writes what was seen."""


@dataclass
class Standing:
    """How a finding stands after all that was said of it: the last word of a person, and what builds saw since.

    `said` counts the lines, of people and builds; `told` is the finding as it was seen last; `gone_on` the data day on
    which it was gone.
    """

    state: str = "open"
    owner: str | None = None
    why: str | None = None
    who: str | None = None
    when: str | None = None
    seen: str | None = None
    gone_on: str | None = None
    said: int = 0
    told: dict[str, Any] = field(default_factory=lambda: dict.fromkeys(TOLD))

    @property
    def status(self) -> str:
        return self.seen if self.seen in (RETURNED, CHANGED) and self.state in SETTLED else self.state


def standings(folder: Path) -> dict[str, Standing]:
    """Every finding that somebody spoke of, by its id."""
    found: dict[str, Standing] = {}
    for entry in entries(folder, FINDINGS):
        if not isinstance(entry, dict) or not entry.get("finding_id"):
            continue
        one = found.setdefault(str(entry["finding_id"]), Standing())
        one.said += 1
        one.told |= {key: entry[key] for key in TOLD if key in entry}
        if entry.get("seen"):
            one.seen, one.gone_on = entry["seen"], entry.get("as_of") if entry["seen"] == GONE else None
        else:
            one.state, one.owner, one.why = entry.get("state", "open"), entry.get("owner"), entry.get("why")
            one.who, one.when = entry.get("who"), entry.get("when")
            one.seen = GONE if one.seen == GONE else None   # whoever spoke had seen that it is back
    return found


def told_of(finding: Mapping[str, Any]) -> dict[str, Any]:
    """What is noted of a finding, as JSON holds it: days and figures as text."""
    return {key: None if finding.get(key) is None else str(finding[key]) for key in TOLD}


def note_seen(folder: Path, findings: Iterable[Mapping[str, Any]], snapshot_id: str, as_of: str) -> int:
    """Write down which findings that somebody spoke of a new snapshot does not hold, or holds again or otherwise; how many.

    Asked for a snapshot twice it writes once.
    """
    known, now = standings(folder), {str(row["finding_id"]): row for row in findings}
    changed = {key: seen for key, standing in known.items() if (seen := _seen(standing, now.get(key)))}
    for key, seen in changed.items():
        told = told_of(now[key]) if key in now else {}
        append(folder, FINDINGS, {"finding_id": key, "seen": seen, "snapshot_id": snapshot_id, "as_of": as_of, **told}, BUILD)
    return len(changed)


def _seen(standing: Standing, row: Mapping[str, Any] | None) -> str | None:
    if row is None:
        return None if standing.seen == GONE else GONE
    if standing.seen == GONE:
        return RETURNED
    return CHANGED if any(_figure(row.get(key)) != _figure(standing.told.get(key)) for key in FIGURES) else None


def _figure(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def said_entry(finding_id: str, state: str, owner: str | None, why: str, finding: Mapping[str, Any], snapshot_id: str) -> dict[str, Any]:
    """The line of a person's word on a finding."""
    return {"finding_id": finding_id, "state": state, "owner": owner or None, "why": why, "snapshot_id": snapshot_id, **told_of(finding)}
