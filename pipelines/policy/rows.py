"""Policies as rows: what dbt reads instead of YAML, filled from settled clauses; their shape is in row_types.py."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipelines.base import tables
from pipelines.policy.condition import Condition
from pipelines.policy.decision import Decision
from pipelines.policy.derived import fact_of, type_of
from pipelines.policy.engine import DUCKDB
from pipelines.policy.facts import EVENTS
from pipelines.policy.figures import AGE, MONTH_AGE, Figures
from pipelines.policy.instalment import words_of as instalments_told
from pipelines.policy.model import Clause, Measure, Policy, Version
from pipelines.policy.operators import OPERATORS
from pipelines.policy.payee import own_share, words_of
from pipelines.policy.program import Program, readings
from pipelines.policy.row_types import (
    CapRow,
    ClauseRow,
    ConditionRow,
    CoverageRow,
    DecisionRow,
    DepartmentRow,
    InstalmentRow,
    PolicyRows,
)
from pipelines.policy.settle import program
from pipelines.policy.values import Setting
from pipelines.policy.versions import conditions_of, days_of, departments_of, versions_of
from pipelines.policy.window import ApplicationWindow

LOOKBACK_YEARS = 5
"""How far back the lists must reach to say first (D10), where a policy does not say."""


@dataclass(frozen=True)
class _Place:
    """A clause version, where it stands and what it comes to."""

    policy: Policy
    measure: Measure
    clause: Clause
    version: Version
    order: int
    program: Program


def write_policy_rows(policies: list[Policy], folder: Path, engine: str) -> None:
    """Write each table of the rows as `<table>.parquet` into `folder`; `engine`: which the models run on."""
    tables.write(policy_rows(policies, engine), folder)


def policy_rows(policies: list[Policy], engine: str = DUCKDB) -> PolicyRows:
    """The rows of some policies of a city, the columns `…_sql` worded for an engine."""
    places: list[_Place] = []
    coverage: list[CoverageRow] = []
    for policy in policies:
        order = 0  # of the text, over the measures
        for measure in sorted(policy.measures, key=lambda m: m.measure):
            for clause in measure.clauses:
                order += 1
                places += [
                    _Place(policy, measure, clause, version, order, program(policy, clause, version, engine))
                    for version in clause.versions
                ]
                coverage += [_coverage(policy, measure, clause, name, order) for name in policy.documents]
            for item in measure.non_monetary:
                order += 1
                coverage.append(CoverageRow(
                    policy_id=policy.policy_id, document=item.document, item_id=item.id, item_order=order,
                    measure_no=measure.measure, title_zh=item.title.zh, kind="non_monetary", status="not_encoded",
                    note="非资金事项：列出并计数，不发放",
                ))  # fmt: skip
    computing = [place for place in places if place.version.trigger]
    computing.sort(key=lambda place: (place.order, place.version.document))
    numbers = {
        one.clause_key: number
        for number, together in enumerate(readings([place.program for place in computing]), start=1)
        for one in together
    }
    return PolicyRows(
        clause=[_clause(place, numbers.get(place.program.clause_key)) for place in places],
        condition=[row for place in places for row in _conditions(place)],
        cap=[row for place in computing for row in _caps(place)],
        instalment=[row for place in computing for row in _instalments(place)],
        clause_department=[
            DepartmentRow(place.program.clause_key, name)
            for place in places
            for name in departments_of(place.policy, place.measure, place.version)
        ],
        decision=[_decision(policy, decision) for policy in policies for decision in policy.decisions],
        coverage=coverage,
    )


def _coverage(policy: Policy, measure: Measure, clause: Clause, document: str, order: int) -> CoverageRow:
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
    return CoverageRow(
        policy_id=policy.policy_id, document=document, item_id=clause.id, item_order=order,
        measure_no=measure.measure, title_zh=clause.title.zh, kind=clause.kind, status=status, note=note,
    )  # fmt: skip


def _clause(place: _Place, reading_no: int | None) -> ClauseRow:
    policy, measure, clause, version = place.policy, place.measure, place.clause, place.version
    document, award, once = policy.documents[version.document], version.award, version.once
    conditions = conditions_of(policy, version)
    kinds = [EVENTS[kind] for kind in version.trigger.get("event_kind", [])]
    is_computed = reading_no is not None
    asked = [*(part.fact for c in version.asked for part in c.parts), *award.facts]
    ages = [age for fact in asked for age, _ in Figures(policy, version).limits(fact)]
    first_day, last_day = days_of(policy, version)
    return ClauseRow(
        clause_key=place.program.clause_key, policy_id=policy.policy_id, policy_title=policy.title,
        document=version.document, document_title=document.title,
        is_primary=version.document == next(iter(policy.documents)), is_draft=document.is_draft,
        clause_id=clause.id, clause_order=place.order, measure_no=measure.measure, measure_title=measure.title,
        chapter=measure.chapter, title_zh=clause.title.zh, title_en=clause.title.en, kind=clause.kind,
        coverage_status=version.coverage.status, coverage_note=version.coverage.note,
        is_selective=version.is_selective, beneficiary=clause.beneficiary,
        event_kinds=[kind.name for kind in kinds], event_sources=list(dict.fromkeys(kind.source for kind in kinds)),
        matters=version.trigger.get("matter", []),
        is_declared=policy.figures == "declared",
        is_of_renewals="renewal" in version.trigger.get("series", []),
        asked_titles=sorted(_asked_titles(policy, [*conditions, *version.asked[len(version.conditions):]])),
        first_lists=version.trigger.get("list", []) if any(part.fact == "first_answer" for c in conditions for part in c.parts) else [],
        first_levels=version.trigger.get("level", []), trigger_words="、".join(kind.words for kind in kinds),
        award_words=award.words, payees=words_of(award.payees), instalments=instalments_told(version.instalments), own_share=own_share(award.payees, clause.beneficiary), amount_kind=_amount_kind(version),
        cap_yuan=award.amount_yuan or award.cap_yuan or max([*award.caps_by_grade.values(), *(step.amount_yuan for step in award.steps)], default=None),
        total_cap_yuan=award.total_cap_yuan or award.cap_yuan, cap_scope=award.cap_scope,
        once_per=once.per if once else None, once_keep=once.keep if once else None,
        once_group="+".join(once.group) if once else None, once_decision=once.decision if once else None,
        reckoned_from=award.reckoned_from, reckoned_by=reckoned.by if (reckoned := place.program.award.reckoned) else None,
        reckoned_rate=float(award.share_of.rate) if award.share_of else None, reckoned_levels="、".join(reckoned.levels) or None if reckoned else None,
        repeat=policy.resolve(award.repeat),
        repeat_decision=award.repeat.setting if isinstance(award.repeat, Setting) else None,
        overlap=_overlap(policy, clause), other_awards=policy.setting_of("D15"),
        leaves_out_cancelled=policy.setting_of("D19") == "on", software_by=policy.setting_of("D9"),
        lookback_years=LOOKBACK_YEARS if policy.setting_of("D10.lookback") is None else policy.decision("D10.lookback").value,
        payer=version.payer, procedure_class=version.procedure,
        departments="；".join(departments_of(policy, measure, version)), quotes="\n".join(version.quotes),
        decision_ids="、".join(dict.fromkeys([*(part.decision for c in conditions for part in (c, *c.any_of) if part.decision), *ages])),
        first_day=first_day, last_day=last_day, last_checked_on=document.last_checked_on,
        program_hash=_hash(place), reading_no=reading_no,
        kinds_sql=place.program.kinds_sql if is_computed else None,
        grounds_sql=place.program.grounds_sql if is_computed else None,
        derived_sql=place.program.derived_sql if is_computed else None,
        ceiling_sql=place.program.ceiling_sql if is_computed else None,
        floor_sql=place.program.floor_sql if is_computed else None,
        float_sql=place.program.float_sql if is_computed else None,
        **{f"window_{key}": getattr(version.application_window, key, None) for key in ApplicationWindow.model_fields},
        materials="、".join(version.materials.names) if version.materials else None,
    )  # fmt: skip


def _hash(place: _Place) -> str:
    """The same on every engine: snapshots of each are compared."""
    is_of_it = place.program.engine == DUCKDB
    return (place.program if is_of_it else program(place.policy, place.clause, place.version)).fingerprint


def _conditions(place: _Place) -> list[ConditionRow]:
    """The conditions of a clause version, in the order asked."""
    policy = place.policy
    asked = zip(conditions_of(policy, place.version), place.program.conditions, strict=True)
    return [
        ConditionRow(
            clause_key=place.program.clause_key, condition_id=condition.id, condition_order=number, says=condition.says,
            operator=condition.operator, can_change=any(fact.can_change for part in condition.parts if (fact := fact_of(part.fact))),
            value_needed=needed(policy, condition) + _from_where(policy, place.version, condition),
            quote=condition.quote or "\n".join(part.quote for part in condition.any_of if part.quote) or None,
            decision_id=condition.decision or next((part.decision for part in condition.any_of if part.decision), None),
            is_statistic=_is_statistic(policy, [condition]),
            answer_sql=question.answer_sql, seen_sql=question.seen_sql, seen_yuan=question.seen_yuan,
            reason_sql=question.reason_sql, last_day=_last_day(policy, condition), due_sql=question.due_sql,
            ranks_by=question.ranks_by, ranks_first=question.ranks_first, otherwise=question.otherwise,
        )
        for number, (condition, question) in enumerate(asked, start=1)
    ]  # fmt: skip


def _caps(place: _Place) -> Iterator[CapRow]:
    """The bounds over its awards: that of its own clause over several claims, then those of the policy."""
    award, key = place.version.award, place.program.clause_key
    if award.cap_scope != "claim":
        cap = award.total_cap_yuan if award.total_cap_yuan is not None else award.cap_yuan
        yield CapRow(key, place.clause.id, award.cap_scope, cap or Decimal(0), "累计封顶", is_of_several=False)
    for group in place.policy.cap_groups:
        if group.document == place.version.document and place.clause.id in group.clauses:
            cited = f"（{group.decision}）" if group.decision else ""
            yield CapRow(key, f"+{group.id}", group.per, group.cap_yuan, f"“{group.says}”的合计封顶{cited}", is_of_several=True)


def _asked_titles(policy: Policy, conditions: list[Condition]) -> set[str]:
    """The titles that conditions ask a firm to hold, under each option of their decisions."""
    asked: set[str] = set()
    for value in (value for c in conditions for part in c.parts if part.operator == "holds_title" for value in part.values):
        decision = policy.decision(value.setting) if isinstance(value, Setting) else None
        for one in (decision.options.values() or [decision.value]) if decision else [value]:
            asked |= set(map(str, one if isinstance(one, list) else [one]))
    return asked


def _instalments(place: _Place) -> Iterator[InstalmentRow]:
    """The parts it is paid in."""
    asked = zip(place.version.instalments, place.program.instalments, place.program.parts, strict=True)
    for part, term, sql in asked:
        yield InstalmentRow(
            says=part.says, needed="；".join(condition.says for condition in part.conditions) or None, forfeits_rest=term.forfeits_rest,
            is_statistic=_is_statistic(place.policy, part.conditions),
            quote=part.quote, decision_id=part.decision,
            **{key: value for key, value in sql.items() if key not in ("kinds_sql", "grounds_sql", "derived_sql", "is_declared")},
        )  # fmt: skip


def _is_statistic(policy: Policy, conditions: list[Condition]) -> bool:
    """Whether they ask about the statistics of a single firm (D20)."""
    asked = (fact_of(part.fact) for condition in conditions for part in policy.asked(condition).parts)
    return policy.figures == "statistics" and any(fact.is_figure for fact in asked if fact)


_UNITS = {AGE: "年", MONTH_AGE: "个月"}


def _from_where(policy: Policy, version: Version, condition: Condition) -> str:
    """Of a condition on figures of a firm, which they are and how old they may be (D20)."""
    asked = [part.fact for part in policy.asked(condition).parts]
    words = {"statistics": "按统计数据", "declared": "按企业填报"}
    if not policy.figures or not any(fact.is_figure for fact in map(fact_of, asked) if fact):
        return ""
    ages = dict(limit for fact in asked for limit in Figures(policy, version).limits(fact))
    return f"（{'，'.join([words[policy.figures], *(f'{age} 至多早 {limit} {_UNITS[age]}' for age, limit in ages.items())])}）"


def _last_day(policy: Policy, condition: Condition) -> date | None:
    """The last day on which an event may lie, where the condition asks that of its own day (D7)."""
    day = policy.values_of(condition)[-1] if condition.fact == "qualified_on" and condition.operator in ("between", "at_most") else None
    return day if isinstance(day, date) else None


def _overlap(policy: Policy, clause: Clause) -> str | None:
    """Over what only the highest of the firm's awards of the clause's group counts (D14): per_year, lifetime; None: each counts."""
    setting = policy.setting_of("D14")
    is_of_group = setting not in (None, "off") and clause.id in policy.decision("D14.group").value
    return str(setting) if is_of_group else None


def _amount_kind(version: Version) -> str:
    """Which amount the text of a clause gives: ceiling, floor, not_stated, or not_encoded where it computes nothing."""
    award = version.award
    if version.coverage.status in ("unseen", "not_encoded"):
        return "not_encoded"
    if award.floor_rate is not None:
        return "floor"
    given = (award.amount_yuan, award.cap_yuan, award.rate, award.base, award.quantity, award.share_of, *award.caps_by_grade.values(), *award.bands)
    return "ceiling" if any(part is not None for part in given) else "not_stated"


def needed(policy: Policy, condition: Condition) -> str:
    """What would satisfy the condition, in words of the figures themselves."""
    if condition.needed:
        return condition.needed
    if condition.any_of:
        return f"满足其一：{'；'.join(part.says for part in condition.any_of)}"
    values = policy.values_of(condition)
    kind = type_of(condition.fact)
    if kind == "share":
        shown = [f"{Decimal(str(value)) * 100:f}".rstrip("0").rstrip(".") for value in values]
        return OPERATORS[condition.operator].words(shown, "%")
    shown = [f"{v:,}" if isinstance(v, int) and not isinstance(v, bool) else str(v) for v in values]
    return OPERATORS[condition.operator].words(shown, " 元" if kind == "yuan" else "")


def _decision(policy: Policy, decision: Decision) -> DecisionRow:
    def words(value: Any) -> str:
        return "、".join(map(str, value)) if isinstance(value, list) else str(value)

    return DecisionRow(
        decision_key=f"{policy.policy_id}/{decision.id}", policy_id=policy.policy_id, decision_id=decision.id,
        title=decision.title, setting=words(decision.setting), default_setting=words(decision.default),
        options="、".join(decision.options), says=decision.says, quote=decision.quote, since=decision.since,
    )  # fmt: skip

