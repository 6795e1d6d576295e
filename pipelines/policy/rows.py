"""Turn policies into rows: what dbt reads instead of YAML.

`clause` carries, besides its words, a `program`: the clause as JSON that the macro `evaluate` in
dbt_project/macros/evaluator.sql turns into SQL. Literals are quoted here, once, so that no value of a
policy file can become anything but a value.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.policy.facts import CAN_CHANGE, EVENT_SOURCES, EVENTS, FACTS, FIGURES, HISTORIES, NOTED_BY, SEEN_AS
from pipelines.policy.load import conditions_of, days_of, departments_of, versions_of
from pipelines.policy.model import Clause, Condition, DatedWord, Measure, Policy, Setting, Version

Row = dict[str, Any]


def write_policy_rows(policies: list[Policy], folder: Path) -> None:
    """Write clause, condition, clause_department, decision and coverage as Parquet into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (schema, rows) in policy_rows(policies).items():
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / f"{name}.parquet")


def policy_rows(policies: list[Policy]) -> dict[str, tuple[pa.Schema, list[Row]]]:
    """Name of table -> its schema and rows, in the order of the text."""
    tables: dict[str, list[Row]] = {name: [] for name in SCHEMAS}
    for policy in policies:
        order = 0
        tables["decision"] += [_decision_row(policy, decision.id) for decision in policy.decisions]
        for measure in sorted(policy.measures, key=lambda m: m.measure):
            for clause in measure.clauses:
                order += 1
                for version in clause.versions:
                    _add_clause(tables, policy, measure, clause, version, order)
                tables["coverage"] += [_coverage(policy, measure, clause, name, order) for name in policy.documents]
            for item in measure.non_monetary:
                order += 1
                tables["coverage"].append({
                    "policy_id": policy.policy_id, "document": item.document, "item_id": item.id, "item_order": order,
                    "measure_no": measure.measure, "title_zh": item.title.zh, "kind": "non_monetary",
                    "status": "not_encoded", "note": "非资金事项：列出并计数，不发放",
                })  # fmt: skip
    return {name: (SCHEMAS[name], rows) for name, rows in tables.items()}


def _coverage(policy: Policy, measure: Measure, clause: Clause, document: str, order: int) -> Row:
    """One row for a clause and document: the status of its newest version, the notes of all."""
    versions = versions_of(clause, document)
    status, note = "unseen", "未见该文本的这一条：不计算"
    if versions:
        status = versions[-1].coverage.status
        notes = [
            (f"{v.first_day}起：" if v.first_day else f"至{days_of(policy, v)[1]}：") + v.coverage.note
            for v in versions
        ]
        note = "；".join(notes) if len(versions) > 1 else versions[-1].coverage.note
    return {
        "policy_id": policy.policy_id, "document": document, "item_id": clause.id, "item_order": order,
        "measure_no": measure.measure, "title_zh": clause.title.zh, "kind": clause.kind, "status": status, "note": note,
    }  # fmt: skip


def _add_clause(
    tables: dict[str, list[Row]], policy: Policy, measure: Measure, clause: Clause, version: Version, order: int
) -> None:
    key = clause_key(policy, clause, version)
    document = policy.documents[version.document]
    conditions = conditions_of(policy, version)
    first_day, last_day = days_of(policy, version)
    award = version.award
    departments = departments_of(policy, measure, version)
    tables["clause"].append({
        "clause_key": key, "policy_id": policy.policy_id, "policy_title": policy.title,
        "document": version.document, "document_title": document.title, "is_primary": version.document == next(iter(policy.documents)), "clause_id": clause.id, "clause_order": order,
        "measure_no": measure.measure, "measure_title": measure.title, "chapter": measure.chapter,
        "title_zh": clause.title.zh, "title_en": clause.title.en, "kind": clause.kind,
        "coverage_status": version.coverage.status, "coverage_note": version.coverage.note,
        "is_selective": version.is_selective, "beneficiary": clause.beneficiary,
        "event_kinds": ",".join(version.trigger.get("event_kind", [])),
        "first_lists": ",".join(version.trigger.get("list", [])) if any(c.fact == "first_answer" for c in conditions) else "",
        "first_levels": ",".join(version.trigger.get("level", [])),
        "trigger_words": "、".join(EVENTS[kind] for kind in version.trigger.get("event_kind", [])),
        "award_words": award.words, "cap_yuan": award.amount_yuan or award.cap_yuan or max(award.caps_by_grade.values(), default=None),
        "amount_kind": _amount_kind(version),
        "event_sources": ",".join(dict.fromkeys(EVENT_SOURCES[kind] for kind in version.trigger.get("event_kind", []))),
        "total_cap_yuan": award.total_cap_yuan or award.cap_yuan, "cap_scope": award.cap_scope,
        "once_per": version.once.per if version.once else None,
        "once_keep": version.once.keep if version.once else None,
        "once_group": "+".join(version.once.group) if version.once else None,
        "once_decision": version.once.decision if version.once else None,
        "repeat": policy.resolve(award.repeat),
        "repeat_decision": award.repeat.setting if isinstance(award.repeat, Setting) else None,
        "payer": version.payer, "procedure_class": version.procedure,
        "departments": "；".join(departments), "quotes": "\n".join(version.quotes),
        "decision_ids": "、".join(dict.fromkeys(c.decision for c in conditions if c.decision)),
        "first_day": first_day, "last_day": last_day, "last_checked_on": document.last_checked_on,
        "program": json.dumps(program(policy, clause, version), ensure_ascii=False),
    })  # fmt: skip
    tables["clause_department"] += [{"clause_key": key, "department": name} for name in departments]
    tables["condition"] += [
        {
            "clause_key": key, "condition_id": c.id, "condition_order": number, "says": c.says, "operator": c.operator,
            "can_change": policy.asked(c).fact in CAN_CHANGE, "value_needed": _needed(policy, c), "quote": c.quote, "decision_id": c.decision,
            "is_statistic": policy.figures == "statistics" and bool({c.fact, c.of} & set(FIGURES)),
        }
        for number, c in enumerate(conditions, start=1)
    ]  # fmt: skip


def _amount_kind(version: Version) -> str:
    """Which amount the text of a clause gives: ceiling, floor, not_stated, or not_encoded where it computes nothing."""
    award = version.award
    if version.coverage.status in ("unseen", "not_encoded"):
        return "not_encoded"
    if award.floor_rate is not None:
        return "floor"
    given = (award.amount_yuan, award.cap_yuan, award.rate, award.base, *award.caps_by_grade.values(), *award.bands)
    return "ceiling" if any(part is not None for part in given) else "not_stated"


def clause_key(policy: Policy, clause: Clause, version: Version) -> str:
    """Single for each version: a later one of the same document carries its first day, so none is renamed by another."""
    key = f"{policy.policy_id}/{version.document}/{clause.id}"
    return key if version is versions_of(clause, version.document)[0] else f"{key}@{version.first_day}"


def program(policy: Policy, clause: Clause, version: Version) -> dict[str, Any]:
    """One clause version as the evaluator wants it: SQL literals, facts, operators; no words.

    An event falls to the version in force on its day, one before all versions to the first, one after all to the
    last: there the window condition answers. One whose day is not known falls to the last that computes.
    """
    award = version.award
    versions = versions_of(clause, version.document)
    place = next(number for number, one in enumerate(versions) if one is version)
    return {
        "clause_key": clause_key(policy, clause, version),
        "clause": f"{policy.policy_id}/{version.document}/{clause.id}",
        "since": literal(version.first_day) if place else None,
        "until": literal(versions[place + 1].first_day) if version is not versions[-1] else None,
        "takes_undated": version is next((one for one in reversed(versions) if one.trigger), None),
        "beneficiary": clause.beneficiary,
        "trigger": _selection(version.trigger),
        "conditions": [
            {
                "operator": c.operator, "fact": c.fact, "type": FACTS.get(str(c.fact)), "of": c.of,
                "missing": HISTORIES.get(c.of or ""), "of_seen_as": SEEN_AS.get(c.of or ""),
                "seen_as": SEEN_AS.get(str(c.fact)), "noted_by": NOTED_BY.get(str(c.fact)),
                "values": [literal(v) for v in policy.values_of(c) if not isinstance(v, DatedWord)],
                "dated": [
                    {"word": literal(v.word), "first_day": literal(v.first_day), "last_day": literal(v.last_day)}
                    for v in policy.values_of(c) if isinstance(v, DatedWord)
                ],
                "when": _selection(c.when), "otherwise": 1 if c.otherwise == "needs_review" else 3,
                "otherwise_says": literal(c.otherwise_says),
                "reasons": {literal(seen): literal(words) for seen, words in c.reasons.items()},
            }
            for c in conditions_of(policy, version)
        ],
        "award": {
            "base": award.base, "cap": literal(award.amount_yuan if award.amount_yuan is not None else award.cap_yuan),
            "caps": {str(grade): literal(cap) for grade, cap in award.caps_by_grade.items()}, "rate": literal(award.rate),
            "floor_rate": literal(award.floor_rate), "bands_apply": policy.resolve(award.bands_apply),
            "bands": [{k: literal(getattr(b, k)) for k in ("at_least", "below", "rate")} for b in award.bands],
            "words": literal(award.words), "may_float_up": award.may_float_up,
        },
    }  # fmt: skip


def literal(value: Any) -> str | None:
    """A portable SQL literal; None stays None, which the macro reads as "not given"."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f"cast('{value.isoformat()}' as date)"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)


def _selection(keys: dict[str, list[str]]) -> list[dict[str, Any]]:
    return [{"column": column, "values": [literal(v) for v in values]} for column, values in keys.items()]


def _needed(policy: Policy, condition: Condition) -> str:
    """What would satisfy the condition, in words of the figures themselves."""
    if condition.needed:
        return condition.needed
    values = policy.values_of(condition)
    shown = [f"{v:,}" if isinstance(v, int) and not isinstance(v, bool) else str(v) for v in values]
    unit = " 元" if FACTS.get(str(condition.fact)) == "yuan" else ""
    match condition.operator:
        case "at_least":
            return f"≥ {shown[0]}{unit}"
        case "at_most":
            return f"≤ {shown[0]}{unit}"
        case "between":
            return f"{shown[0]} 至 {shown[1]}{unit}"
        case "is_one_of":
            return "、".join(shown)
        case "first_reaches":
            return f"首次 ≥ {shown[0]}{unit}"
        case "mentions":
            return f"含“{shown[0]}”"
        case "is_none_of":
            return "不是 " + "、".join(shown)
        case "is_known":
            return "有数据"
        case "within_years_of":
            return f"{shown[0]} 年内"
        case "human_judgement" | "is_true":
            return "是"
        case "always_review":
            return "人工判断"
        case _:
            return "符合"


def _decision_row(policy: Policy, decision_id: str) -> Row:
    decision = policy.decision(decision_id)

    def words(value: Any) -> str:
        return "、".join(map(str, value)) if isinstance(value, list) else str(value)

    return {
        "decision_key": f"{policy.policy_id}/{decision.id}", "policy_id": policy.policy_id, "decision_id": decision.id,
        "title": decision.title, "setting": words(decision.setting), "default_setting": words(decision.default),
        "options": "、".join(decision.options), "says": decision.says, "quote": decision.quote, "since": decision.since,
    }  # fmt: skip


def _schema(columns: str, **types: pa.DataType) -> pa.Schema:
    return pa.schema([(name, types.get(name, pa.string())) for name in columns.split()])


_YUAN = pa.decimal128(18, 2)
SCHEMAS = {
    "clause": _schema(
        "clause_key policy_id policy_title document document_title is_primary clause_id clause_order measure_no measure_title "
        "chapter title_zh title_en kind coverage_status coverage_note is_selective beneficiary event_kinds first_lists first_levels trigger_words "
        "award_words cap_yuan amount_kind event_sources total_cap_yuan cap_scope once_per once_keep once_group once_decision repeat repeat_decision payer procedure_class departments quotes "
        "decision_ids first_day last_day last_checked_on program",
        clause_order=pa.int64(), measure_no=pa.int64(), is_selective=pa.bool_(), is_primary=pa.bool_(), cap_yuan=_YUAN, total_cap_yuan=_YUAN,
        first_day=pa.date32(), last_day=pa.date32(), last_checked_on=pa.date32(),
    ),
    "condition": _schema(
        "clause_key condition_id condition_order says operator can_change value_needed quote decision_id is_statistic",
        condition_order=pa.int64(), can_change=pa.bool_(), is_statistic=pa.bool_(),
    ),
    "clause_department": _schema("clause_key department"),
    "decision": _schema(
        "decision_key policy_id decision_id title setting default_setting options says quote since", since=pa.date32()
    ),
    "coverage": _schema(
        "policy_id document item_id item_order measure_no title_zh kind status note",
        item_order=pa.int64(), measure_no=pa.int64(),
    ),
}  # fmt: skip
