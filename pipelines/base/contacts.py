"""Who was called about a claim nobody has made, who is to call when, and how it ended: the last line on each claim counts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.base.decisions import CONTACTS, entries

STATES = ("open", "contacted", "done", "declined")
"""Not called; called, more to come; ended: the firm applies, or it does not."""
REASONS = ("not_wanted", "not_met", "claimed_elsewhere", "not_reached", "firm_gone", "other")
"""Why a firm does not apply: `declined` needs one."""
RUNNING = STATES[:2]


def calls(folder: Path, today: str) -> list[dict[str, Any]]:
    """The last word on each claim of which more is known than that nobody was called, as rows of queries/outreach.sql.

    `is_due` on the day `today` (2026-01-05): its next day has come and it has not ended.
    """
    last, notes = dict[str, dict[str, Any]](), dict[str, str | None]()
    for entry in entries(folder, CONTACTS):
        if isinstance(entry, dict) and entry.get("claim_id"):
            key = entry["claim_id"]
            last[key] = entry
            notes[key] = entry.get("why") or (notes.get(key) if entry.get("state") != "open" else None)   # a mark without words leaves those before
    rows = []
    for claim_id, entry in last.items():
        state, next_on, assignee = entry.get("state") or "open", entry.get("next_on") or None, entry.get("assignee") or None
        if state == "open" and not (next_on or assignee):
            continue
        rows.append(
            {
                "claim_id": claim_id, "contact_state": state, "assignee": assignee, "next_on": next_on, "contact_reason": entry.get("reason") or None,
                "is_due": state in RUNNING and next_on is not None and str(next_on) <= today, "contact_note": notes[claim_id],
                "contacted_on": None if state == "open" else str(entry["when"])[:10], "contacted_by": None if state == "open" else entry["who"],
            }
        )  # fmt: skip
    return rows


def entry_of(row: Mapping[str, Any], given: Mapping[str, str | None]) -> dict[str, Any]:
    """The line of a claim: what is given, else (None) what was said before; a next day only while it runs, a reason only of `declined`.

    `row` is of the calling list; `given` has state, assignee, next_on, reason and why.
    """
    before = {"state": row["contact_state"], "assignee": row["assignee"], "next_on": row["next_on"] and str(row["next_on"]), "reason": row["contact_reason"]}
    entry = {key: before[key] if given[key] is None else given[key] or None for key in before}
    entry |= {"next_on": None} if entry["state"] not in RUNNING else {}
    entry |= {"reason": None} if entry["state"] != "declined" else {}
    return {"claim_id": row["claim_id"], **entry, "why": given["why"]}
