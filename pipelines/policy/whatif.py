"""What would a change of the law cost, and for whom: edits, run through the same evaluator on a snapshot."""

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import yaml
from pydantic import ValidationError

from pipelines.base import tables
from pipelines.base.duck import connect, rows_of
from pipelines.base.errors import PolicyError
from pipelines.policy.districts import with_districts
from pipelines.policy.evaluator import instalments, model, programs_of, statement
from pipelines.policy.model import Policy
from pipelines.policy.one_version import with_version
from pipelines.policy.rows import policy_rows

EDITABLE = ("clauses", "decisions", "conditions", "cap_groups", "documents")
MONEY = ("eligible_count", "ceiling_before_overlap_yuan", "ceiling_yuan", "open_ceiling_yuan")


def read_edits(path: Path) -> dict[str, Any]:
    """Edits from a YAML file: `document`, and under `clauses`, `decisions`, `conditions`, `documents` what changes.

    Raises PolicyError when it is not readable or names something else.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PolicyError(f"{path.name}: is not readable YAML: {' '.join(str(error).split())}.") from None
    if not isinstance(content, dict):
        raise PolicyError(
            f"{path.name}: holds no edits. Write for example `clauses: {{6b.1: {{award: {{cap_yuan: 800000}}}}}}`."
        )
    if unknown := set(content) - {*EDITABLE, "document"}:
        raise PolicyError(
            f"{path.name}: {', '.join(map(str, unknown))} cannot be edited. Use {', '.join(EDITABLE)}, document."
        )
    return content


def apply_edits(policy: Policy, edits: dict[str, Any]) -> Policy:
    """The policy with the edits in it, held to the same strict model.

    A clause is edited by its id (`null` switches it off), one of several versions as `6b.1@2025-01-01`; conditions and
    decisions by theirs. `districts` of a clause are a scope of its own, in place of the policy's (D8); its `version` is one
    in place of all (one_version.py).
    Raises PolicyError naming the clause and key that do not fit.
    """
    document = edits.get("document", "draft")
    content = policy.model_dump(mode="python")
    for key in ("decisions", "conditions", "cap_groups", "documents"):
        content[key] = _patched(content[key], edits.get(key) or {}, key)
    of_all = _validated(content)
    known = {clause["id"]: (measure, clause) for measure in content["measures"] for clause in measure["clauses"]}
    for clause_id, edit in (edits.get("clauses") or {}).items():
        name, _, first_day = str(clause_id).partition("@")
        if name not in known:
            raise PolicyError(f"edits, clause {clause_id}: there is no such clause. `softcity check` counts them.")
        measure, clause = known[name]
        if isinstance(edit, dict) and "version" in edit:
            clause["versions"] = with_version(of_all, clause, document, edit["version"], f"clause {clause_id}")
            edit = {key: value for key, value in edit.items() if key != "version"}
        meant = [v for v in clause["versions"] if v["document"] == document and first_day in ("", str(v["first_day"]))]
        if not meant:
            raise PolicyError(f"edits, clause {clause_id}: {document} has no such version of {name}.")
        clause["versions"] = [
            _edited(of_all, v, edit, f"clause {clause_id}") if v in meant else v
            for v in clause["versions"]
            if edit is not None or v not in meant
        ]
        if not clause["versions"]:
            measure["clauses"].remove(clause)
    return _validated(content)


def _validated(content: dict[str, Any]) -> Policy:
    try:
        return Policy.model_validate(content)
    except ValidationError as error:
        told = [
            f"edits, {'.'.join(map(str, one['loc']))}: {one['msg'].removeprefix('Value error, ')}."
            for one in error.errors()
        ]
        raise PolicyError("\n".join(told)) from None


def _edited(policy: Policy, version: dict[str, Any], edit: Any, where: str) -> Any:
    if not isinstance(edit, dict) or "districts" not in edit:
        return _patched(version, edit, where)
    patched = _patched(version, {key: value for key, value in edit.items() if key != "districts"}, where)
    return with_districts(policy, patched, edit["districts"], where)


def _patched(value: Any, edit: Any, where: str) -> Any:
    """Maps are edited key by key, lists of things with ids by id, other lists by place or whole, everything else is replaced."""
    if isinstance(edit, dict) and isinstance(value, list) and all(isinstance(v, dict) and "id" in v for v in value):
        found = {str(v["id"]): v for v in value}
        if unknown := {str(key) for key in edit} - set(found):
            raise PolicyError(
                f"edits, {where}: there is no {', '.join(sorted(unknown))}; there are {', '.join(found)}."
            )
        named = {str(key): change for key, change in edit.items()}
        left = [v for v in value if named.get(str(v["id"]), v) is not None]
        return [_patched(v, named.get(str(v["id"]), {}), f"{where}, {v['id']}") for v in left]
    if isinstance(edit, dict) and isinstance(value, list) and edit and all(isinstance(key, int) for key in edit):
        return [_patched(v, edit.get(place, {}), f"{where}, {place + 1}") for place, v in enumerate(value)]
    if isinstance(edit, dict) and isinstance(value, dict):
        return {**value, **{k: _patched(value.get(k), change, f"{where}, {k}") for k, change in edit.items()}}
    if where.startswith("decisions, ") and not isinstance(edit, dict) and isinstance(value, dict):
        # the short form, D14: off — which YAML reads as false
        return {**value, "setting": "off" if edit is False and "off" in value.get("options", {}) else edit}
    return edit


def whatif(snapshot: Path, policy: Policy, edits: dict[str, Any]) -> dict[str, Any]:
    """Exposure before and after, by clause, measure, district and park; firms gaining and losing; claims that moved.

    `snapshot`: a marts.duckdb. Money in yuan, upper bounds of eligible claims (open_…: of those in doubt).
    Raises PolicyError when the edits do not fit the law.
    """
    document = edits.get("document", "draft")
    edited = apply_edits(policy, edits)
    as_of = date.fromisoformat(json.loads((snapshot.parent / "manifest.json").read_text(encoding="utf-8"))["as_of"])
    with connect() as con:
        con.execute("set threads = 2")  # pages are served beside it
        con.execute(f"attach '{snapshot}' as snapshot (read_only)")
        for side, law in (("before", policy), ("after", edited)):
            _claims(con, side, law, document, as_of)
        return {
            "document": document,
            "edits": {key: value for key, value in edits.items() if key != "document"},
            "total": _exposure(con, None)[0],
            **{f"by_{name}": _exposure(con, column) for name, column in _GROUPS.items()},
            "firms": _firms(con),
            "moved_claims": rows_of(con, _MOVED),
        }


_GROUPS = {"clause": "clause_id", "measure": "measure_no", "district": "district_code", "park": "park_id"}


def _claims(con: duckdb.DuckDBPyConnection, side: str, policy: Policy, document: str, as_of: date) -> None:
    """Table `<side>`: every claim under one law, by the models a build runs."""
    con.execute(f"create schema {side}; use {side}")
    for name, table in tables.arrow(policy_rows([policy])).items():
        con.register(f"rows_{side}_{name}", table)
        con.execute(f"create table policy_{name} as select * from rows_{side}_{name}")
    con.execute("create view int_event_facts as select * from snapshot.fct_event_fact")
    con.execute(
        "create view int_claim_money as select claim_id, paid_yuan, first_paid_on from snapshot.fct_claim where paid_yuan <> 0"
    )
    con.execute("""
        create view int_other_awards as
        select claim_id, other_award_yuan as other_yuan, other_level_award_yuan as other_level_yuan, unknown_level_award_yuan as unknown_level_yuan
        from snapshot.fct_claim where other_award_yuan > 0 or other_level_award_yuan > 0 or unknown_level_award_yuan > 0
    """)
    con.execute("""
        create view int_arrived as
        select count(*) > 0 as have_others from snapshot.mart_source_file where source = 'other_awards' and status in ('loaded', 'duplicate')
    """)
    con.execute("""
        create view int_claim_orders as
        select claim_id, instalment_no, sum(amount_yuan) as paid_yuan from snapshot.fct_payment where claim_id is not null group by all
    """)
    programs = programs_of(policy, document)
    nothing = "select '' as clause_key, '' as event_id, [0::tinyint] as answers, 0 as ceiling_yuan, 0 as floor_yuan, false as may_float_up where false"
    con.execute(
        f"create table int_claims_answered as {statement(programs, 'int_event_facts', 'snapshot.fct_event_declared') if programs else nothing}"
    )
    con.execute(f"create view int_claims as {model('int_claims')}")
    con.execute(f"create table int_claims_counted as {model('int_claims_counted')}")
    con.execute(f"create table int_claim_bounds as {model('int_claim_bounds')}")
    con.execute(f"create table int_instalments_answered as {instalments(programs, 'int_event_facts', 'snapshot.fct_event_declared')}")
    con.execute(f"create table int_claim_instalments as {model('int_claim_instalments', as_of)}")
    con.execute(f"""
        create table main.{side} as
        select c.claim_id, c.clause_id, c.clause_order, c.measure_no, c.enterprise_id, c.park_id, c.district_code,
            c.outcome_code, b.ceiling_yuan, n.superseded_by, n.superseded_reason, b.net_ceiling_yuan - coalesce(i.forfeited_yuan, 0) as net_ceiling_yuan,
            cast((b.net_ceiling_yuan - coalesce(i.forfeited_yuan, 0)) * cast(l.own_share as decimal(9, 8)) as decimal(18, 2)) as own_yuan
        from int_claims as c join int_claim_bounds as b using (claim_id) join policy_clause as l using (clause_key) left join int_claims_counted as n using (claim_id)
        left join (select claim_id, sum(forfeited_yuan) as forfeited_yuan from int_claim_instalments group by claim_id) as i using (claim_id)
    """)
    con.execute("use main")


def _exposure(con: duckdb.DuckDBPyConnection, column: str | None) -> list[dict[str, Any]]:
    """Before and after of each group, in the order of the text or by code."""
    group = column or "'all'"
    sides = " full join ".join(
        f"""(select {group} as name, min(clause_order) as place,
            count(*) filter (where outcome_code = 0) as eligible_count,
            coalesce(sum(ceiling_yuan) filter (where outcome_code = 0), 0) as ceiling_before_overlap_yuan,
            coalesce(sum(net_ceiling_yuan) filter (where outcome_code = 0), 0) as ceiling_yuan,
            coalesce(sum(ceiling_yuan) filter (where outcome_code in (1, 2)), 0) as open_ceiling_yuan
            from {side} group by all) as {side}"""
        for side in ("before", "after")
    )
    both = ", ".join(
        f"coalesce(before.{m}, 0) as before_{m}, coalesce(after.{m}, 0) as after_{m}, after_{m} - before_{m} as change_{m}"
        for m in MONEY
    )
    order = "coalesce(before.place, after.place)" if column == "clause_id" else "name"
    rows = rows_of(con, f"select coalesce(before.name, after.name) as name, {both} from {sides} on before.name is not distinct from after.name order by {order}")  # fmt: skip
    return [
        ({column: row["name"]} if column else {})
        | {side: {m: row[f"{side}_{m}"] for m in MONEY} for side in ("before", "after", "change")}
        for row in rows
    ]


def _firms(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    rows = rows_of(con, _FIRMS)
    gaining = [row for row in rows if row["change_yuan"] > 0]
    losing = [row for row in rows if row["change_yuan"] < 0]
    return {"gaining_count": len(gaining), "losing_count": len(losing), "gaining": gaining, "losing": losing}


_FIRMS = """
with totals as (
    select enterprise_id, sum(before_yuan) as before_yuan, sum(after_yuan) as after_yuan
    from (
        select enterprise_id, own_yuan as before_yuan, 0 as after_yuan from before where outcome_code = 0
        union all
        select enterprise_id, 0, own_yuan from after where outcome_code = 0
    ) group by enterprise_id
)
select t.enterprise_id, e.enterprise_name, coalesce(before_yuan, 0) as before_yuan, coalesce(after_yuan, 0) as after_yuan,
    coalesce(after_yuan, 0) - coalesce(before_yuan, 0) as change_yuan
from totals as t left join snapshot.dim_enterprise as e using (enterprise_id)
where coalesce(before_yuan, 0) <> coalesce(after_yuan, 0)
order by change_yuan desc, enterprise_id
"""

_OUTCOME = "case {side}.outcome_code when 0 then 'eligible' when 1 then 'needs_review' when 2 then 'undetermined' when 3 then 'not_eligible' end"
_MOVED = f"""
select coalesce(after.claim_id, before.claim_id) as claim_id, coalesce(after.clause_id, before.clause_id) as clause_id,
    coalesce(after.enterprise_id, before.enterprise_id) as enterprise_id, e.enterprise_name,
    {_OUTCOME.format(side="before")} as before_outcome, {_OUTCOME.format(side="after")} as after_outcome,
    before.outcome_code = 0 and before.superseded_by is null as before_is_counted,
    after.outcome_code = 0 and after.superseded_by is null as after_is_counted,
    before.net_ceiling_yuan as before_net_ceiling_yuan, after.net_ceiling_yuan as after_net_ceiling_yuan,
    before.superseded_by as before_superseded_by, after.superseded_by as after_superseded_by, after.superseded_reason
from before full join after on before.claim_id = after.claim_id
left join snapshot.dim_enterprise as e on e.enterprise_id = coalesce(after.enterprise_id, before.enterprise_id)
where before.outcome_code is distinct from after.outcome_code or before.superseded_by is distinct from after.superseded_by
order by clause_id, enterprise_id, claim_id
"""


def sentences(result: dict[str, Any]) -> list[str]:
    """The result as lines a person reads; only groups that change."""
    lines = [f"edits: {result['edits']}", ""]
    for title, rows in _changed(result):
        lines.append(f"{title:<14}{'eligible':>16}{'before overlap':>34}{'after overlap':>34}")
        for name, row in rows:
            pairs = [(row["before"][m], row["after"][m]) for m in MONEY[:3]]
            shown = [f"{a:,} → {b:,}" if not isinstance(a, Decimal) else f"{a:,.0f} → {b:,.0f}" for a, b in pairs]
            lines.append(f"{name:<14}{shown[0]:>16}{shown[1]:>34}{shown[2]:>34}")
        lines.append("")
    firms = result["firms"]
    lines.append(f"firms gaining {firms['gaining_count']}, losing {firms['losing_count']}; claims that changed sides:")
    for claim in result["moved_claims"]:
        lines.append(
            f"  {claim['clause_id']} {claim['enterprise_name']}: {_side(claim, 'before')} → {_side(claim, 'after')}"
            + (f"（{claim['superseded_reason']}）" if claim["superseded_reason"] else "")
        )
    return lines if result["moved_claims"] else [*lines, "  none"]


def _changed(result: dict[str, Any]) -> Iterable[tuple[str, list[tuple[str, dict[str, Any]]]]]:
    yield "total", [("all", result["total"])]
    for name, column in _GROUPS.items():
        rows = [(str(row[column] or "—"), row) for row in result[f"by_{name}"] if any(row["change"].values())]
        if rows:
            yield name, rows


def _side(claim: dict[str, Any], side: str) -> str:
    outcome = claim[f"{side}_outcome"] or "no claim"
    return outcome if outcome != "eligible" or claim[f"{side}_is_counted"] else "eligible, not counted"
