"""Which figures of a firm a clause may use: on the day of its event not older than its policy says (D20.age, D20.month_age).

A year of the figures sees its own, so that its age is no question; nor is it where the clause names the calendar year.
"""

from dataclasses import dataclass
from typing import Any

from pipelines.policy.derived import Derived, fact_of
from pipelines.policy.engine import DUCKDB
from pipelines.policy.facts import OF_A_YEAR
from pipelines.policy.model import Policy, Version

AGE, MONTH_AGE = "D20.age", "D20.month_age"
"""The decisions: how many years before that of the event the last yearly figures may lie, how many months the last monthly report."""


def ages_asked(version: Version, asked: Any) -> list[str]:
    """The decisions that say how old a fact may be, of those events of the clause that see the last figures that had come."""
    fact = fact_of(asked)
    if fact is None or not fact.is_figure or set(version.trigger.get("event_kind", [])) <= set(OF_A_YEAR):
        return []
    made_of = [name for name, _ in asked.figures] if isinstance(asked, Derived) else [fact.name]
    found = [MONTH_AGE] if any(name.startswith("month_") for name in made_of) else []
    is_yearly = any(not name.startswith("month_") for name in made_of)
    return [*found, AGE] if is_yearly and not (isinstance(asked, Derived) and not asked.is_of_latest) else found


@dataclass(frozen=True)
class Figures:
    """The facts of a clause version as columns: what is too old stands in a column of its own, null where it is.

    `engine`: which their SQL is worded for.
    """

    policy: Policy
    version: Version
    engine: str = DUCKDB

    def column(self, asked: Any) -> str | None:
        """The column a fact is read from."""
        return f"{asked}{''.join(f'__within_{limit}' for _, limit in self.limits(asked))}" if asked is not None else None

    def columns(self, asked: Any) -> dict[str, str]:
        """The columns that a fact adds to those of the event → their SQL."""
        added = asked.columns(self.engine) if isinstance(asked, Derived) else {str(asked): f"f.{asked}"}
        old = self._too_old(asked)
        if not old:
            return added if isinstance(asked, Derived) else {}
        column = str(self.column(asked))
        return {name.replace(str(asked), column, 1): f"case when not ({old}) then {sql} end" for name, sql in added.items()}

    def why(self, asked: Any) -> str | None:
        """SQL of why it is too old, null where it is not; None where that is no question."""
        limits = self.limits(asked)
        words = {AGE: "年的，不用", MONTH_AGE: "个月的，不用"}
        told = " ".join(f"when {_OLDER[name].format(limit=limit)} then '早于资格日前 {limit} {words[name]}（{name}）'" for name, limit in limits)
        return f"case {told} end" if told else None

    def limits(self, asked: Any) -> list[tuple[str, int]]:
        """The decisions on how old a fact may be, each with its years or months."""
        named = {decision.id: decision.value for decision in self.policy.decisions}
        return [(name, named[name]) for name in ages_asked(self.version, asked) if name in named]

    def _too_old(self, asked: Any) -> str:
        return " or ".join(_OLDER[name].format(limit=limit) for name, limit in self.limits(asked))


# nothing is too old where nothing had come
_OLDER = {
    AGE: "coalesce(f.figure_year < year(f.qualified_on) - {limit}, false)",
    MONTH_AGE: "coalesce(12 * (year(f.qualified_on) - cast(substr(f.month_period, 1, 4) as integer)) + month(f.qualified_on)"
    " - cast(substr(f.month_period, 6, 2) as integer) > {limit}, false)",
}
