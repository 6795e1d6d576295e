"""What changed between two texts of a policy, or two snapshots, and whether data or rules moved it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.base.duck import connect, rows_of
from pipelines.base.errors import PolicyError
from pipelines.base.snapshots import marts_of
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


def diff_snapshots(published: Path, old: str, new: str) -> dict[str, Any]:
    """Clauses, claims and yuan that changed between two snapshots.

    A claim moved by `rules` has the same facts and a changed clause or decision, by `data` the reverse; by `both`
    when both changed; by `others` when neither did (another claim of the firm, an application, a payment).
    Raises SnapshotMissing.
    """
    marts = {"old": marts_of(published, old), "new": marts_of(published, new)}
    with connect() as con:
        for side, path in marts.items():
            con.execute(f"attach '{path}' as {side} (read_only)")
        return {
            "old": old,
            "new": new,
            "clauses": rows_of(con, _CLAUSES),
            "summary": rows_of(con, _SUMMARY),
            "claims": rows_of(con, _CLAIMS),
        }


_CLAUSES = """
select coalesce(n.clause_key, o.clause_key) as clause_key,
    case when o.clause_key is null then 'added' when n.clause_key is null then 'removed' else 'changed' end as change
from old.dim_clause as o full join new.dim_clause as n on o.clause_key = n.clause_key
where o.program_hash is distinct from n.program_hash order by clause_key
"""

_CLAIMS = """
with decisions as (
    select exists (
        from old.dim_decision as o full join new.dim_decision as n on o.decision_key = n.decision_key
        where o.setting is distinct from n.setting
    ) as changed
),
versions as (  -- a claim may fall to another version of its clause: because of its day, or of new words
    select coalesce(n.clause_key, o.clause_key) as clause_key, o.program_hash is distinct from n.program_hash as has_changed
    from old.dim_clause as o full join new.dim_clause as n on o.clause_key = n.clause_key
)
select coalesce(n.claim_id, o.claim_id) as claim_id, coalesce(n.document, o.document) as document,
    coalesce(n.clause_id, o.clause_id) as clause_id, coalesce(n.enterprise_id, o.enterprise_id) as enterprise_id,
    coalesce(n.enterprise_name, o.enterprise_name) as enterprise_name,
    o.outcome as old_outcome, n.outcome as new_outcome,
    o.net_ceiling_yuan as old_net_ceiling_yuan, n.net_ceiling_yuan as new_net_ceiling_yuan,
    o.paid_yuan as old_paid_yuan, n.paid_yuan as new_paid_yuan,
    case
        when rules and coalesce(data, false) then 'both' when rules then 'rules' when data then 'data' else 'others'
    end as moved_by
from old.fct_claim as o
full join new.fct_claim as n on o.claim_id = n.claim_id
left join old.fct_event_fact as f on coalesce(o.event_id, n.event_id) = f.event_id
left join new.fct_event_fact as g on coalesce(o.event_id, n.event_id) = g.event_id
left join versions as c on coalesce(o.clause_key, n.clause_key) = c.clause_key
left join versions as d on coalesce(n.clause_key, o.clause_key) = d.clause_key
cross join decisions,
lateral (select
    c.has_changed or d.has_changed or decisions.changed as rules,
    f is distinct from g or o.paid_yuan is distinct from n.paid_yuan as data)
where o.outcome is distinct from n.outcome or o.net_ceiling_yuan is distinct from n.net_ceiling_yuan
    or o.paid_yuan is distinct from n.paid_yuan
order by clause_id, enterprise_id, claim_id
"""

_SUMMARY = f"""
select document, clause_id, moved_by, count(*) as claim_count,
    sum(coalesce(new_net_ceiling_yuan, 0) - coalesce(old_net_ceiling_yuan, 0)) as change_net_ceiling_yuan,
    sum(coalesce(new_paid_yuan, 0) - coalesce(old_paid_yuan, 0)) as change_paid_yuan
from ({_CLAIMS}) group by all order by all
"""


def document_sentences(rows: list[Difference]) -> list[str]:
    """Of `diff_documents`, as lines a person reads."""
    return [f"{row.clause_id:<6} {row.key}: {row.old} → {row.new}" for row in rows] or ["no clause differs"]


def snapshot_sentences(result: dict[str, Any]) -> list[str]:
    """Of `diff_snapshots`, as lines a person reads."""
    lines = [f"clause {row['clause_key']}: {row['change']}" for row in result["clauses"]]
    lines += [
        f"{row['document']} {row['clause_id']:<6} {row['claim_count']:>6,} claims moved by {row['moved_by']:<7} "
        f"upper bound {row['change_net_ceiling_yuan']:+,.2f} 元, paid {row['change_paid_yuan']:+,.2f} 元"
        for row in result["summary"]
    ]
    return lines or ["nothing differs"]
