"""Settle a clause version: the decisions it points to resolved, its words made the program that the evaluator takes.

Literals are quoted here, once, so that no value of a policy file can become anything but a value.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from pipelines.policy.award import Award
from pipelines.policy.condition import Condition
from pipelines.policy.derived import Derived, fact_of
from pipelines.policy.engine import DUCKDB
from pipelines.policy.facts import Fact
from pipelines.policy.figures import Figures
from pipelines.policy.model import Clause, Policy, Version
from pipelines.policy.operators import NEEDS_REVIEW, DatedLiteral, Question, Selection
from pipelines.policy.program import AwardTerm, BandTerm, InstalmentTerm, OverTerm, Program, QuantityTerm, ReckonedTerm
from pipelines.policy.values import DatedWord
from pipelines.policy.versions import conditions_of, versions_of

NOT_MET = 3
BACKSLASH = "\\"
_APART = "' || chr(92) || '"


def program(policy: Policy, clause: Clause, version: Version, engine: str = DUCKDB) -> Program:
    """One clause version, settled, worded for an engine.

    An event falls to the version in force on its day, one before all versions to the first, one after all to the
    last: there the window condition answers. One whose day is not known falls to the last that computes.
    """
    versions = versions_of(clause, version.document)
    place = next(number for number, one in enumerate(versions) if one is version)
    conditions = conditions_of(policy, version)
    asked: list[Any] = [part.fact for condition in (*conditions, *version.asked) for part in condition.parts] + version.award.facts
    figures = Figures(policy, version, engine)
    return Program(
        clause_key=clause_key(policy, clause, version),
        clause=f"{policy.policy_id}/{version.document}/{clause.id}",
        since=_maybe(version.first_day) if place else None,
        until=_maybe(versions[place + 1].first_day) if version is not versions[-1] else None,
        takes_undated=version is next((one for one in reversed(versions) if one.trigger), None),
        beneficiary=clause.beneficiary,
        trigger=_selections(version.trigger),
        conditions=[_question(policy, condition, figures) for condition in conditions],
        award=_award(policy, version.award, figures),
        instalments=_instalments(policy, version, figures),
        derived={name: sql for fact in asked if fact is not None for name, sql in figures.columns(fact).items()},
        is_declared=policy.figures == "declared",
        engine=engine,
    )


def clause_key(policy: Policy, clause: Clause, version: Version) -> str:
    """Single for each version: a later one of the same document carries its first day, so none is renamed by another."""
    key = f"{policy.policy_id}/{version.document}/{clause.id}"
    return key if version is versions_of(clause, version.document)[0] else f"{key}@{version.first_day}"


def _question(policy: Policy, condition: Condition, figures: Figures) -> Question:
    fact, of = fact_of(condition.fact), fact_of(condition.of)
    derived = condition.fact.sql(figures.engine) if isinstance(condition.fact, Derived) else None
    values = policy.values_of(condition)
    return Question(
        operator=condition.operator,
        fact=figures.column(condition.fact) if fact else None,
        type=fact.type if fact else None,
        of=condition.of,
        missing=_missing(fact, figures.why(condition.fact), derived.why if derived else None) if fact else None,
        of_seen_as=of.seen_as if of else None,
        seen_as=fact.seen_as if fact else None,
        noted_by=fact.noted_by if fact else None,
        values=[literal(value) for value in values if not isinstance(value, DatedWord)],
        dated=[
            DatedLiteral(literal(value.word), _maybe(value.first_day), _maybe(value.last_day))
            for value in values
            if isinstance(value, DatedWord)
        ],
        when=_selections(condition.when),
        otherwise=NEEDS_REVIEW if condition.otherwise == "needs_review" else NOT_MET,
        otherwise_says=_maybe(condition.otherwise_says),
        reasons={literal(seen): literal(words) for seen, words in condition.reasons.items()},
        says=literal(condition.says),
        any_of=[_question(policy, part, figures) for part in condition.any_of],
        told=derived.told if derived else None,
        number_ends=fact.number_ends if fact else "",
        before=f"{fact.name}_before" if fact and fact.has_years else None,
        engine=figures.engine,
    )


def _missing(fact: Fact, *whys: str | None) -> str | None:
    """Of a figure where it comes from, and why it is too old or not known."""
    words = "f.month_words" if "month_" in fact.name else "f.figure_words" if fact.is_figure else None
    told = [part for part in (words, *whys) if part]
    return f"nullif(concat_ws('；', {', '.join(told)}), '')" if told else None


def _award(policy: Policy, award: Award, figures: Figures) -> AwardTerm:
    return AwardTerm(
        base=figures.column(award.base),
        cap=_maybe(award.amount_yuan if award.amount_yuan is not None else award.cap_yuan),
        caps={str(grade): literal(cap) for grade, cap in award.caps_by_grade.items()},
        rate=_maybe(award.rate),
        floor_rate=_maybe(award.floor_rate),
        bands_apply=policy.resolve(award.bands_apply),
        bands=[BandTerm(literal(band.at_least), _maybe(band.below), literal(band.rate)) for band in award.bands],
        words=literal(award.words),
        may_float_up=award.may_float_up,
        quantity=QuantityTerm(
            figures.column(award.quantity) or "", _maybe(award.each.every if award.each else None), _maybe(award.each.amount_yuan if award.each else None),
            [(literal(step.at_least), literal(step.amount_yuan)) for step in award.steps],
        ) if award.quantity else None,
        over=OverTerm(_maybe(award.over.yuan), figures.column(award.over.of), _maybe(award.over.rate)) if award.over else None,
        less=figures.column(award.tops_up.fact) if award.tops_up else None,
        reckoned=_reckoned(award),
    )


def _reckoned(award: Award) -> ReckonedTerm | None:
    if award.share_of:
        return ReckonedTerm(award.share_of.clause, award.share_of.by, literal(award.share_of.rate))
    if award.tops_up and award.tops_up.clause and award.tops_up.by:
        return ReckonedTerm(award.tops_up.clause, award.tops_up.by, None)
    if award.tops_up and award.tops_up.other_awards:
        return ReckonedTerm(None, None, None, [*award.tops_up.other_awards])
    return None


def _instalments(policy: Policy, version: Version, figures: Figures) -> list[InstalmentTerm]:
    terms, reached = [], Decimal(0)
    for part in version.instalments:
        terms.append(InstalmentTerm(
            literal(part.share), literal(reached), literal(reached + part.share), part.after_months, part.after_years, part.day_of_year,
            part.forfeits == "rest", [_question(policy, policy.asked(condition), figures) for condition in part.conditions],
        ))  # fmt: skip
        reached += part.share
    return terms


def _selections(keys: dict[str, list[str]]) -> list[Selection]:
    return [Selection(column, [literal(word) for word in words]) for column, words in keys.items()]


def literal(value: Any) -> str:
    """A portable SQL literal."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f"cast('{value.isoformat()}' as date)"
    if isinstance(value, str):
        quoted = "'" + value.replace("'", "''") + "'"
        # a backslash is itself on DuckDB, and makes something of the next letter on Spark
        return f"({quoted.replace(BACKSLASH, _APART)})" if BACKSLASH in value else quoted
    return str(value)


def _maybe(value: Any) -> str | None:
    """A literal, or None of what is not given."""
    return None if value is None else literal(value)
