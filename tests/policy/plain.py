"""A slow, plain evaluator, written from `decisions.md` and the model of a policy alone: it reads policies, never programs or SQL."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from pipelines.policy.award import Award
from pipelines.policy.condition import Condition
from pipelines.policy.derived import Derived
from pipelines.policy.facts import FACTS
from pipelines.policy.model import Policy, Version
from pipelines.policy.values import DatedWord, Setting
from pipelines.policy.versions import conditions_of

MET, REVIEW, UNKNOWN, NOT_MET = range(4)
LARGEST = Decimal(10) ** 16
"""Money is kept in 18 digits: of what comes to more, no amount is known."""
Row = dict[str, Any]
Answer = tuple[list[int], Decimal | None, Decimal | None, bool]


def reference(policy: Policy, version: Version, row: Row) -> Answer | None:
    """Answers in order, ceiling, floor, may it float up; None where the event grounds no claim."""
    if not version.trigger or not _fits(version.trigger, row):
        return None
    answers = [answer_of(policy, condition, row) for condition in conditions_of(policy, version)]
    floats = version.award.may_float_up is not None and row[version.award.may_float_up] is True  # D5
    return answers, _ceiling(policy, version.award, row), _floor(version.award, row), floats


def in_force(versions: list[Version], day: date | None) -> Version | None:
    """The version an event of this day falls to: before all of them the first, without a day the last that computes."""
    by_day = sorted(versions, key=lambda version: version.first_day or date.min)
    if day is None:
        return next((version for version in reversed(by_day) if version.trigger), None)
    return [by_day[0], *(version for version in by_day[1:] if version.first_day and version.first_day <= day)][-1]


def _fits(selection: dict[str, list[str]], row: Row) -> bool:
    return all(row[key] in words for key, words in selection.items())


def answer_of(policy: Policy, condition: Condition, row: Row) -> int:
    operator = condition.operator
    if condition.when and not _fits(condition.when, row):
        return MET
    if operator == "always_review":
        return REVIEW
    if operator == "any_of":
        parts = {answer_of(policy, part, row) for part in condition.any_of}
        worst = REVIEW if condition.otherwise == "needs_review" else NOT_MET
        return next((answer for answer in (MET, UNKNOWN, REVIEW) if answer in parts), worst)
    seen = _seen(condition.fact, row)
    if seen is None and operator != "first_reaches":
        return REVIEW if operator in ("human_judgement", "mentions", "judged_yes") else UNKNOWN  # D13
    if operator == "assessed":
        return int(seen)
    if operator == "holds_title":
        told = dict(one.split("=") for one in seen.split("；"))
        worst = REVIEW if condition.otherwise == "needs_review" else NOT_MET
        answers = {told.get(word) for word in _settled(policy, condition)}
        return MET if "是" in answers else UNKNOWN if None in answers else worst
    if operator in ("answered_yes", "judged_yes"):
        said = dict(one.split("=") for one in seen.split("；"))
        blank = REVIEW if operator == "judged_yes" else UNKNOWN
        worst = REVIEW if condition.otherwise == "needs_review" else NOT_MET
        word = _settled(policy, condition)[0]
        return {"是": MET, "否": worst}.get(said.get(word, ""), blank)
    values = _settled(policy, condition)
    otherwise = REVIEW if condition.otherwise == "needs_review" else NOT_MET
    if operator == "first_reaches":
        # years of another scope may have been higher, whatever they say
        last_break = max(row["break_years"] or [], default=None)
        before = (row[f"{condition.fact}_before"] or [])[: None if None in (last_break, row["figure_year"]) else row["figure_year"] - last_break]
        if (seen is not None and seen < values[0]) or any(one is not None and one >= values[0] for one in before):
            return otherwise  # a no, whatever other years were
        since = row["years_before"]
        if seen is None or since is None or since < 0:
            return UNKNOWN
        of_years = (row[f"{condition.fact}_before"] or [])[:since]
        is_whole = len(of_years) == since and None not in of_years
        return MET if is_whole and (None in (last_break, row["figure_year"]) or last_break <= row["figure_year"] - since) else UNKNOWN
    if condition.of and row[condition.of] is None:
        return UNKNOWN
    if any(isinstance(value, DatedWord) for value in values) and row["qualified_on"] is None:
        return UNKNOWN
    return MET if _holds(operator, seen, values, row, condition.of) else otherwise


def _settled(policy: Policy, condition: Condition) -> list[Any]:
    """The values of a condition, decisions looked up."""
    values: list[Any] = []
    for value in condition.values:
        found = policy.decision(value.setting).value if isinstance(value, Setting) else value
        values += found if isinstance(found, list) else [found]
    return [Decimal(str(v)) if isinstance(v, float) else v for v in values]


def _seen(fact: Any, row: Row) -> Any:
    """What is on file, or what comes of it; a share as a fraction."""
    if not isinstance(fact, Derived):
        return row[fact or ""]
    if fact.nth_year_since:
        day, asked = row[fact.nth_year_since], row["qualified_on"]
        return None if day is None or asked is None or asked < day else asked.year - day.year + 1
    if fact.ratio_of:
        part, whole = (_seen(one, row) for one in fact.ratio_of)
        return None if part is None or whole is None or whole <= 0 else Fraction(part) / Fraction(whole)
    newest = -fact.year
    years = [_of_year(fact.of, newest + back, row) for back in range(fact.years or (1 if fact.figure else 2))]
    if fact.figure:
        return years[0]
    between = [row["figure_year"] - newest - back for back in range(len(years) - 1)] if row["figure_year"] is not None else []
    if None in years or (not FACTS[fact.of].base and set(between) & set(row["break_years"] or [])):
        return None
    if fact.sum_of:
        return sum(years)
    if fact.increase_of:
        return years[0] - years[1]
    return Fraction(years[0] - years[1]) / Fraction(years[1]) if years[1] > 0 else None


def _of_year(name: str, back: int, row: Row) -> Any:
    if base := FACTS[name].base:
        return row[base if back else name]
    years = [row[name], *(row[f"{name}_before"] or [])]
    return years[back] if back < len(years) else None


def _holds(operator: str, seen: Any, values: list[Any], row: Row, of: str | None) -> bool:
    if operator == "at_least":
        return bool(seen >= values[0])
    if operator == "above":
        return bool(seen > values[0])
    if operator == "at_most":
        return bool(seen <= values[0])
    if operator == "between":
        return bool(values[0] <= seen <= values[1])
    if operator == "is_one_of":
        dated = [value for value in values if isinstance(value, DatedWord) and value.word == seen]
        return seen in values or any(
            (value.first_day or date.min) <= row["qualified_on"] <= (value.last_day or date.max) for value in dated
        )
    if operator == "is_none_of":
        return seen not in values
    if operator == "mentions":
        return values[0] in seen
    if operator == "within_years_of":
        return bool(seen <= anniversary(row[of or ""], values[0]))
    if operator == "is_known":
        return True
    assert operator in ("is_true", "human_judgement")
    return bool(seen)


def anniversary(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # D12: 29 February → 28 February
        return date(day.year + years, 2, 28)


def _ceiling(policy: Policy, award: Award, row: Row) -> Decimal | None:
    level = _level(policy, award, row)
    if award.tops_up is None:
        return level
    had = row[award.tops_up.fact or ""]
    return None if level is None or had is None else max(level - had, Decimal(0))


def _level(policy: Policy, award: Award, row: Row) -> Decimal | None:
    if award.amount_yuan is not None:
        return award.amount_yuan
    if award.quantity is not None:
        counted = _seen(award.quantity, row)
        reached = [step.amount_yuan for step in award.steps if counted is not None and counted >= step.at_least]
        if counted is None or not award.each:
            return reached[-1] if reached else None
        come_to = (max(Decimal(counted), Decimal(0)) // award.each.every) * award.each.amount_yuan
        return (come_to if come_to < LARGEST else None) if award.cap_yuan is None else min(come_to, award.cap_yuan)
    cap = award.caps_by_grade.get(row["grade_number"]) if award.caps_by_grade else award.cap_yuan
    if award.rate is None and not award.bands:
        return cap
    base = _seen(award.base, row)
    if base is None or (award.caps_by_grade and cap is None):
        return None
    how = award.bands_apply
    amount = Decimal(0)
    if award.rate is not None:
        left_out = _left_out(award, row)
        if left_out is None:
            return None
        amount = max(base - left_out, Decimal(0)) * award.rate
    elif (policy.decision(how.setting).value if isinstance(how, Setting) else how) == "marginal":
        if base < award.bands[0].at_least:
            return None
        for band in award.bands:
            top = base if band.below is None else min(base, band.below)
            amount += max(top - band.at_least, Decimal(0)) * band.rate
    else:
        within = [b for b in award.bands if b.at_least <= base and (b.below is None or base < b.below)]
        if not within:
            return None
        amount = base * within[0].rate
    amount = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)  # D6
    return amount if cap is None else min(amount, cap)


def _left_out(award: Award, row: Row) -> Decimal | None:
    """What of the base a rate does not reach; None where that is not known."""
    if award.over is None or award.over.yuan is not None:
        return award.over.yuan if award.over else Decimal(0)
    of = _seen(award.over.of, row)
    return None if of is None else of * (award.over.rate or Decimal(1))


def _floor(award: Award, row: Row) -> Decimal | None:
    base = _seen(award.base, row) if award.base else None
    if award.floor_rate is None or base is None:
        return None
    return Decimal(base * award.floor_rate).quantize(Decimal("0.01"), ROUND_HALF_UP)
