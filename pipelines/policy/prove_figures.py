"""Prove of a clause that asks for a firm's figures: where they come from, of which year, and how old they may be (D20)."""

import re
from collections.abc import Iterator
from typing import Any

from pipelines.policy.condition import Condition
from pipelines.policy.decision import Decision
from pipelines.policy.derived import Derived, fact_of
from pipelines.policy.facts import FACTS
from pipelines.policy.figures import AGE, MONTH_AGE, ages_asked
from pipelines.policy.model import Policy, Version

_LAST_YEAR = re.compile("上一?年度|上一?年(?!同期)")
_YEARS = {"declared": "statistics_year", "statistics": "declared_year"}
"""The kind of event that is a year of the other figures."""
_AGES = {AGE: "how many years before that of the event the last yearly figures may lie", MONTH_AGE: "how many months before its day the last monthly report may lie"}


def of_figures(policy: Policy, version: Version, where: str, head_file: str, decisions_file: str) -> Iterator[str]:
    """A sentence for each thing wrong: clause, key and the mend."""
    asking = [(f"condition {part.id}", part) for c in version.asked for part in c.parts if _is_figure(part.fact)]
    measured = [fact for fact in version.award.facts if _is_figure(fact)]
    if not asking and not measured:
        return
    facts = [*(c.fact for _, c in asking), *measured]
    if policy.figures is None:
        asked = ", ".join(dict.fromkeys(map(str, facts)))
        yield f"{where}: asks for {asked} of a firm, but {head_file}, figures does not say where they come from. Write figures: statistics or declared, or take them out."
        return
    if policy.figures == "declared" and (told := list(dict.fromkeys(name for fact in facts for name in _made_of(fact) if not FACTS[name].is_declared))):
        yield f"{where}: {', '.join(told)} is in the statistics alone, and {head_file} says figures: declared. Ask about another fact, or take it out."
    if (other := _YEARS[policy.figures]) in version.trigger.get("event_kind", []):
        own = next(kind for kind in _YEARS.values() if kind != other)
        yield f"{where}, trigger, event_kind: {other} is not of the figures that {head_file} goes by ({policy.figures}). Use {own}."
    for here, condition in asking:
        if condition.decision is None and policy.figures == "statistics":
            yield f"{where}, {here}, decision: rests on the statistics of a single firm. Name the decision that tells the doubt."
        if _is_of_another_year(condition, version):
            yield (
                f"{where}, {here}, fact: the words say 上年度, and {condition.fact} is of the last figures that had come, whichever year that is. "
                f"Write {{figure: {condition.fact if not isinstance(condition.fact, Derived) else condition.fact.of}, calendar_year: -1}}."
            )
    known = {decision.id for decision in policy.decisions}
    ages = dict.fromkeys(age for fact in facts for age in ages_asked(version, fact))
    yield from (f"{where}: asks for the last figures that had come by a day, and {decisions_file} does not say {_AGES[age]}. Add {age}." for age in ages if age not in known)


def of_age(decision: Decision) -> str | None:
    """What is wrong with a decision on the age of figures."""
    if decision.id in _AGES and (type(decision.value) is not int or decision.value < 0):
        return f"setting: {decision.value!r} is not a whole number of {'years' if decision.id == AGE else 'months'}. Write digits without quotes, such as 2."
    return None


def _is_of_another_year(condition: Condition, version: Version) -> bool:
    """A growth is over the year before whichever that is; what asks for the figure of 上年度 must name the year."""
    fact = condition.fact
    if isinstance(fact, Derived) and (fact.form in ("growth_of", "increase_of") or not fact.is_of_latest):
        return False
    return AGE in ages_asked(version, fact) and bool(_LAST_YEAR.search(condition.quote or condition.says))


def _made_of(asked: Any) -> list[str]:
    named = [name for name, _ in asked.figures] if isinstance(asked, Derived) else [str(asked)]
    return [name for name in named if FACTS[name].is_figure]


def _is_figure(asked: Any) -> bool:
    fact = fact_of(asked)
    return fact is not None and fact.is_figure
