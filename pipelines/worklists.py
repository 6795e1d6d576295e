"""The lists people work on, from the command line: audit findings to their end, and firms to call about what they have not claimed.

Rows are those of the current snapshot; what people said of them is kept in decisions/, as from the pages (base/findings.py,
base/contacts.py), and each act is a line of the access log.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pipelines.base import contacts
from pipelines.base.decisions import CONTACTS, FINDINGS, append, of_matter
from pipelines.base.duck import connect, rows_of
from pipelines.base.errors import DecidedMeanwhile, WorklistError
from pipelines.base.findings import GONE, SETTLED, Standing, said_entry, standings
from pipelines.base.policies import chosen
from pipelines.base.snapshots import marts_of, read_manifest
from pipelines.base.visible import typed
from pipelines.settings import Settings
from pipelines.users import note

SHORTEST = 6
"""Of the beginning of an id that stands for it."""
_FINDINGS = "select * from mart_audit_finding order by at_stake_yuan desc nulls last, finding_id"
_OUTREACH = "select * from mart_outreach where document = ? and policy_id = ? order by net_ceiling_yuan desc nulls last, claim_id"
_LEAVERS = "select * from mart_park_leaver order by moved_out_on desc nulls last, park_id, enterprise_id"


def findings(settings: Settings, **wanted: str | None) -> list[dict[str, Any]]:
    """Findings as they stand, dearest first, then those that are gone; `wanted` are values of columns (status, owner, kind, policy_id)."""
    said = standings(settings.decisions)
    _policies(settings, wanted.get("policy_id"))
    rows = _ask(settings, _FINDINGS)
    shown = [{**row, **_stands(said.get(row["finding_id"], Standing()))} for row in rows]
    known = {row["finding_id"] for row in rows}
    gone = [{"finding_id": key, **one.told, **_stands(one), "status": GONE} for key, one in said.items() if one.seen == GONE and key not in known]
    return _narrowed([*shown, *gone], wanted)


def named_findings(settings: Settings, ids: Sequence[str], **wanted: str | None) -> list[dict[str, Any]]:
    """The findings named, or where none is those of the snapshot that are `wanted`. Raises WorklistError when there are none."""
    rows = _named(findings(settings), "finding_id", ids) if ids else [row for row in findings(settings, **wanted) if row["status"] != GONE]
    if not rows:
        raise WorklistError("No finding is so. `softcity findings list` shows those there are.")
    return rows


def _stands(standing: Standing) -> dict[str, Any]:
    return {
        "status": standing.status, "owner": standing.owner, "note": standing.why, "noted_by": standing.who, "noted_at": standing.when, "said_count": standing.said,
    }  # fmt: skip


def settle(settings: Settings, ids: Sequence[str], state: str, owner: str | None, why: str, who: str, seen: int | None) -> list[str]:
    """Say how findings stand; the ids in full. Raises WorklistError for an end without a reason and for what was said meanwhile.

    `owner`: None leaves each with whose it is. `seen`: how many lines there were on it when it was looked at.
    """
    words = typed(why)
    if state in SETTLED and not words:
        raise WorklistError(f"{state} needs a reason: give --why.")
    rows, snapshot_id = _named(findings(settings), "finding_id", ids), str(read_manifest(settings.published)["snapshot_id"])
    for row in rows:
        whose = row["owner"] if owner is None else typed(owner)
        _write(settings, FINDINGS, said_entry(row["finding_id"], state, whose, words, row, snapshot_id), who, seen)
        note(settings, "act finding", f"finding={row['finding_id']} state={state} who={who}", "softcity findings")
    return [row["finding_id"] for row in rows]


def history(settings: Settings, finding_id: str) -> list[dict[str, Any]]:
    """All that people and builds said of a finding, oldest first."""
    [row] = _named(findings(settings), "finding_id", [finding_id])
    return of_matter(settings.decisions, FINDINGS, row)


def outreach(settings: Settings, *, hide_zero: bool = False, hide_doubtful: bool = False, is_due: bool = False, **wanted: str | None) -> list[dict[str, Any]]:
    """Claims nobody has made with the last word on each; `wanted` are values of columns (district_code, park_id, assignee, contact_state, policy_id)."""
    said = {row["claim_id"]: row for row in contacts.calls(settings.decisions, (datetime.now(UTC) + timedelta(hours=8)).date().isoformat())}
    none = {"contact_state": "open", "assignee": None, "next_on": None, "contact_reason": None, "is_due": False, "contact_note": None, "contacted_on": None, "contacted_by": None}
    policies = _policies(settings, wanted.get("policy_id"))
    rows = [row for policy in policies for row in _ask(settings, _OUTREACH, policy["documents"][0]["document"], policy["policy_id"])]
    rows.sort(key=lambda row: (row["net_ceiling_yuan"] is None, -(row["net_ceiling_yuan"] or 0), row["claim_id"]))
    shown = [{**row, **none, **said.get(row["claim_id"], {})} for row in rows]
    shown = [row for row in shown if not (hide_zero and row["net_ceiling_yuan"] == 0) and not (hide_doubtful and row["doubts"]) and (row["is_due"] or not is_due)]
    return _narrowed(shown, wanted)


def call(settings: Settings, ids: Sequence[str], said: Mapping[str, str | None], why: str, who: str) -> list[str]:
    """Say who was called, who calls next and when, or how it ended; None leaves what was said before. Raises WorklistError."""
    rows = _named(outreach(settings), "claim_id", ids)
    for row in rows:
        entry = contacts.entry_of(row, {**said, "why": typed(why)})
        if entry["state"] == "declined" and not entry["reason"]:
            raise WorklistError(f"declined needs a reason: give --reason, one of {', '.join(contacts.REASONS)}.")
        _write(settings, CONTACTS, entry, who, None)
        note(settings, "act contact", f"claim={row['claim_id']} state={entry['state']} who={who}", "softcity outreach")
    return [row["claim_id"] for row in rows]


def progress(settings: Settings) -> list[dict[str, Any]]:
    """How far the calling is: of each district, and of all, how many there are, were called, ended and are due."""
    rows = outreach(settings)
    named = {row["district_name"] or "未知": [one for one in rows if one["district_name"] == row["district_name"]] for row in rows}
    return [{"district_name": name, **_counted(found)} for name, found in (*sorted(named.items(), key=lambda pair: -len(pair[1])), ("合计", rows))]


def _counted(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    states = [row["contact_state"] for row in rows]
    called = len(states) - states.count("open")
    return {
        "outreach_count": len(rows), "contacted_count": called, "done_count": states.count("done"), "declined_count": states.count("declined"),
        "due_count": sum(bool(row["is_due"]) for row in rows),
    }  # fmt: skip


def leavers(settings: Settings, park_id: str | None = None) -> list[dict[str, Any]]:
    """Firms that left a park, by their leases or by the register, the latest first, and where each is now."""
    return _narrowed(_ask(settings, _LEAVERS), {"park_id": park_id})


def _policies(settings: Settings, asked: str | None) -> list[dict[str, Any]]:
    """The policies of the snapshot, or the one asked for. Raises PolicyError for one that is not there."""
    policies: list[dict[str, Any]] = read_manifest(settings.published)["policies"]
    meant = None if asked is None else chosen([policy["policy_id"] for policy in policies], asked)
    return [policy for policy in policies if meant in (None, policy["policy_id"])]


def _ask(settings: Settings, query: str, *values: str) -> list[dict[str, Any]]:
    with connect(marts_of(settings.published), read_only=True) as con:
        return rows_of(con, query, values)


def _narrowed(rows: Iterable[dict[str, Any]], wanted: Mapping[str, str | None]) -> list[dict[str, Any]]:
    return [row for row in rows if all(value is None or str(row.get(key)) == value for key, value in wanted.items())]


def _named(rows: Sequence[dict[str, Any]], key: str, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The rows that ids, or enough of their beginnings, stand for. Raises WorklistError."""
    found = []
    for one in dict.fromkeys(ids):
        like = [row for row in rows if row[key] == one or (len(one) >= SHORTEST and str(row[key]).startswith(one))]
        if len(like) != 1:
            raise WorklistError(
                f"{one}: {len(like)} of the list begin so. Give more of the id." if like
                else f"{one}: nothing on the list has this {key}. `list` shows the ids; {SHORTEST} signs of one are enough."
            )  # fmt: skip
        found.append(like[0])
    return found


def _write(settings: Settings, file: str, entry: dict[str, Any], who: str, seen: int | None) -> None:
    try:
        append(settings.decisions, file, entry, who, seen)
    except DecidedMeanwhile as error:
        raise WorklistError(f"{error} Without --seen it is written all the same.") from None
