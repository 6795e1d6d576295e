"""What changed between two texts of a policy, or two snapshots, and whether data or rules moved it."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.base.comparison import compare, told
from pipelines.base.duck import connect
from pipelines.base.errors import PolicyError
from pipelines.base.policies import chosen
from pipelines.base.snapshots import marts_of, of_day_or_id, read_manifest
from pipelines.policy.model import Clause, Measure, Policy, Version
from pipelines.policy.versions import conditions_of, departments_of, versions_of


@dataclass(frozen=True)
class Difference:
    """A key of a clause that two documents give differently; None where one does not give it."""

    clause_id: str
    key: str
    old: Any
    new: Any


def diff_documents(policy: Policy, old: str, new: str) -> list[Difference]:
    """One row per clause and key that differs between two documents; a text not seen says so.

    Raises PolicyError when the policy has no such document.
    """
    for name in (old, new):
        if name not in policy.documents:
            raise PolicyError(
                f"{policy.policy_id}: there is no document {name}; there are {', '.join(policy.documents)}."
            )
    rows: list[Difference] = []
    for measure in policy.measures:
        for clause in measure.clauses:
            sides = [_seen(policy, measure, clause, name) for name in (old, new)]
            if all(sides):
                keys = [k for k in sides[0] | sides[1] if sides[0].get(k) != sides[1].get(k)]
                rows += [Difference(clause.id, k, sides[0].get(k), sides[1].get(k)) for k in keys]
            elif any(sides):
                rows.append(Difference(clause.id, "text", *("seen" if side else "unseen" for side in sides)))
    return rows


def _seen(policy: Policy, measure: Measure, clause: Clause, document: str) -> dict[str, Any]:
    """The clause in one document as flat keys; those of a version after the first carry its first day."""
    flat: dict[str, Any] = {}
    for place, version in enumerate(versions_of(clause, document)):
        suffix = f" @{version.first_day}" if place else ""
        flat |= {f"{key}{suffix}": value for key, value in _plain(policy, measure, version).items()}
    return flat


def _plain(policy: Policy, measure: Measure, version: Version) -> dict[str, Any]:
    """A version as flat keys: award.cap_yuan, conditions.first_time, …"""
    flat: dict[str, Any] = {"departments": "；".join(departments_of(policy, measure, version))}
    for key, value in version.model_dump(mode="json", exclude={"document", "departments", "conditions"}).items():
        if isinstance(value, dict):
            flat |= {f"{key}.{inner}": part for inner, part in value.items()}
        else:
            flat[key] = value
    return flat | {f"conditions.{c.id}": c.model_dump(mode="json") for c in conditions_of(policy, version)}


def diff_snapshots(published: Path, old: str, new: str, policy: str | None = None) -> dict[str, Any]:
    """What changed between two snapshots, by their ids or days: figures, clauses, decisions, claims and yuan, firms, findings, payments, indicators.

    A claim moved by `rules` has the same facts and a changed clause or decision, by `data` the reverse; by `both`
    when both changed; by `others` when neither did (another claim of the firm, an application, a payment).
    With a `policy` what is under no policy, and what is under that one. Raises SnapshotMissing, PolicyError for a policy not there.
    """
    old, new = (of_day_or_id(published, named) for named in (old, new))
    if policy is not None:
        chosen([one["policy_id"] for one in read_manifest(published, new)["policies"]], policy)
    marts = {"old": marts_of(published, old), "new": marts_of(published, new)}
    with connect() as con:
        for side, path in marts.items():
            con.execute(f"attach '{path}' as {side} (read_only)")
        compare(con)
        found = {name: told(con, table) for name, table in _TOLD.items()}
        return {"old": old, "new": new} | {name: [row for row in rows if policy in (None, row.get("policy_id", policy))] for name, rows in found.items()}


_TOLD = {
    "figures": "figure_change", "clauses": "clause_change", "decisions": "decision_change", "summary": "claim_summary", "claims": "claim_change",
    "firms": "firm_change", "findings": "finding_change", "payments": "payment_change", "indicators": "indicator_change",
}  # fmt: skip


def document_sentences(rows: list[Difference]) -> list[str]:
    """Of `diff_documents`, as lines a person reads."""
    return [f"{row.clause_id:<6} {row.key}: {row.old} → {row.new}" for row in rows] or ["no clause differs"]


def snapshot_sentences(result: dict[str, Any]) -> list[str]:
    """Of `diff_snapshots`, as lines a person reads: the city's figures and what changed. `--json` has each row."""
    lines = [
        f"{row['document'] or '':<7} {row['figure_id']:<26} {_figure(row['old_value'])} → {_figure(row['new_value'])}{_basis(row)}"
        for row in result["figures"]
        if row["park"] == "all" and (row["change"] or not row["is_comparable"])
    ]
    lines += [f"decision {row['decision_id']}: {row['old_setting']} → {row['new_setting']}" for row in result["decisions"]]
    lines += [f"clause {row['clause_key']}: {row['change']}" for row in result["clauses"]]
    lines += [
        f"{row['document']} {row['clause_id']:<6} {row['claim_count']:>6,} claims moved by {row['moved_by']:<7} "
        f"upper bound {row['change_net_ceiling_yuan']:+,.2f} 元, paid {row['change_paid_yuan']:+,.2f} 元"
        for row in result["summary"]
    ]
    for name in ("firms", "findings", "payments"):
        counts = Counter(row["change"] for row in result[name])
        lines += [f"{name} {change}: {count:,}" for change, count in sorted(counts.items())]
    lines += [
        f"indicator {row['indicator_id']}: {_figure(row['old_value'])} ({row['old_year']}) → {_figure(row['new_value'])} ({row['new_year']}) {row['unit']}"
        for row in result["indicators"]
        if row["park"] == "all" and (row["old_value"], row["old_year"]) != (row["new_value"], row["new_year"])
    ]
    return lines or ["nothing differs"]


def _figure(value: Any) -> str:
    return "not known" if value is None else f"{value:,.4f}".rstrip("0").rstrip(".")


def _basis(row: dict[str, Any]) -> str:
    return "" if row["is_comparable"] else f" (of {row['old_basis']} and {row['new_basis']}: not to be compared)"
