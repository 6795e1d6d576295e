"""Audit findings as people work on them: those of the shown snapshot, and those that are gone as they were told last."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import g

from dashboard.errors import NothingThere
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.view import checked
from pipelines.base.decisions import FINDINGS, entries
from pipelines.base.findings import FIGURES, GONE, Standing, standings

MOST = 50
"""Of one act, and of one evidence pack."""


def found(finding_ids: Sequence[str]) -> list[Row]:
    """These findings in their order. Raises NothingThere for one that neither the snapshot nor what people said knows."""
    rows = {row["finding_id"]: row for row in ask("audit", findings=checked("findings", ",".join(finding_ids)))}
    rows = {row["finding_id"]: row for row in gone() if row["finding_id"] in finding_ids} | rows
    if lacking := [one for one in finding_ids if one not in rows]:
        raise NothingThere(lacking[0])
    return [rows[one] for one in finding_ids]


def gone() -> list[Row]:
    """Findings somebody spoke of that builds ceased to see and the shown snapshot does not hold, as they were told last: of the policy that is shown, or of all."""
    known = {key: one for key, one in standings(g.decisions).items() if one.seen == GONE}
    if not known:
        return []
    shown = {row["finding_id"] for row in ask("audit")}
    policies, is_whole = {policy for policy, _ in g.snapshot.texts}, g.snapshot.with_none and not g.user.policies
    return [_told(key, one) for key, one in known.items() if key not in shown and (is_whole or one.told.get("policy_id") in policies)]


def _told(finding_id: str, standing: Standing) -> Row:
    told: dict[str, Any] = {**standing.told, **{key: _yuan(standing.told.get(key)) for key in FIGURES}}
    return {
        **told, "finding_id": finding_id, "found_on": _day(told.get("found_on")), "gone_on": _day(standing.gone_on), "status": standing.status,
        "owner": standing.owner, "note": standing.why, "noted_by": standing.who, "noted_on": _day(standing.when),
    }  # fmt: skip


def _yuan(told: Any) -> Decimal | None:
    return None if told is None else Decimal(str(told))


def _day(told: Any) -> date | None:
    return date.fromisoformat(str(told)[:10]) if told else None


def history(finding_id: str) -> list[dict[str, Any]]:
    """All that was said of a finding, by people and builds, oldest first."""
    return [entry for entry in entries(g.decisions, FINDINGS) if entry.get("finding_id") == finding_id]
