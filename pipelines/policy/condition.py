"""The shape of a condition, and whether its operator, fact and values fit each other."""

import math
from datetime import date, datetime
from typing import Any, Literal, Self

from pydantic import model_validator

from pipelines.base.strict import Text
from pipelines.policy.derived import fact_of, type_of
from pipelines.policy.facts import FACTS, names
from pipelines.policy.operators import OPERATORS
from pipelines.policy.values import AskedFact, DatedWord, Fact, Operator, Selection, Setting, Strict, Values


class Condition(Strict):
    """One thing that must hold, with the sentence a person would say and the words it rests on."""

    id: Text
    """Single within the clause."""
    says: Text
    """The condition as a person would say it."""
    operator: Operator
    """How the fact is asked."""
    fact: AskedFact | None = None
    """What is asked about: a fact, one made of some such as `{growth_of: revenue_yuan}`, or `{setting: D9}` for a decision that says which."""
    value: Values | None = None
    """What the fact is held against: a value, a list, or `{setting: D7}` for a decision."""
    of: Fact | None = None
    """For within_years_of: the day the years are counted from."""
    needed: Text | None = None
    """What would satisfy it, where the values do not read well."""
    any_of: "list[Condition]" = []
    """For any_of: the conditions of which one is enough (满足下列条件之一)."""
    when: Selection = {}
    """Asked only of events like these; the others pass."""
    otherwise: Literal["not_met", "needs_review"] = "not_met"
    """What a value that does not satisfy it means."""
    otherwise_says: Text | None = None
    """Words for a value that fails."""
    reasons: dict[str, Text] = {}
    """Words for one particular value of a text."""
    quote: Text | None = None
    """Verbatim in the text of the document."""
    decision: Text | None = None
    """Id of the decision that settled how this is read."""

    @model_validator(mode="after")
    def _operator_fits_the_fact(self) -> Self:
        if self.operator not in OPERATORS:
            raise ValueError(f"operator: {self.operator!r} does not exist. Use one of {', '.join(OPERATORS)}")
        operator = OPERATORS[self.operator]
        if operator.joins != bool(self.any_of) or len(self.any_of) == 1:
            raise ValueError("any_of: the operator any_of needs two conditions or more, and only it takes some. Add or remove them")
        if inner := next((part.id for part in self.any_of if part.any_of or part.when), None):
            raise ValueError(f"any_of: condition {inner} has any_of or when itself. Write `when` beside the outer any_of, and its parts in one list")
        if inner := next((part.id for part in self.any_of if part.operator in OPERATORS and OPERATORS[part.operator].ranks), None):
            raise ValueError(f"any_of: condition {inner} ranks claims, which none of several can. Ask it beside them")
        if operator.ranks and self.when:
            raise ValueError("when: a rank is asked of every claim of the clause. Take it out")
        if isinstance(self.fact, Setting):  # held against the operator once the decision is known
            return self
        fact = fact_of(self.fact)
        if fact is None and (operator.takes or self.fact is not None):
            raise ValueError(f"fact: {self.fact!r} does not exist. Use one of {', '.join(FACTS)}")
        kind = type_of(self.fact)
        if operator.takes and kind not in operator.takes:
            fitting = [other.name for other in OPERATORS.values() if kind in other.takes]
            raise ValueError(
                f"operator: {self.operator} cannot ask about {self.fact} ({kind}). Use one of {', '.join(fitting)}"
            )
        if operator.of != (self.of is not None):
            takers = " and ".join(other.name for other in OPERATORS.values() if other.of)
            raise ValueError(f"of: {takers} needs it, and only it takes one. Add or remove it")
        if self.of is not None and kind is not None and type_of(self.of) != kind:
            raise ValueError(f"of: {self.of!r} is not a fact that is a {kind}. Use one of {', '.join(names(kind))}")
        if operator.of_years and not (fact and fact.has_years):
            figures = ", ".join(one.name for one in FACTS.values() if one.has_years)
            raise ValueError(f"fact: {self.fact} has no years before. Use one of {figures}")
        if self.reasons and kind != "text":
            raise ValueError("reasons: only a text has words for one particular value. Use otherwise_says")
        settled = not any(isinstance(value, Setting) for value in self.values)
        if settled and (wrong := wrong_values(self, self.values)):
            raise ValueError(wrong)
        return self

    @property
    def parts(self) -> "list[Condition]":
        """The conditions that ask about a fact: those of any_of, else itself."""
        return self.any_of or [self]

    @property
    def values(self) -> list[Any]:
        """As written, settings not yet resolved."""
        if self.value is None:
            return []
        return self.value if isinstance(self.value, list) else [self.value]


def wrong_values(condition: Condition, values: list[Any]) -> str | None:
    """Why these values (settings resolved) cannot answer the condition, and the mend; None when they can."""
    operator = OPERATORS[condition.operator]
    wanted = operator.value_count
    if len(values) != wanted and (wanted is not None or not values):
        return f"value: {condition.operator} wants {wanted or 'one or more'} of them, not {len(values)}. Correct it"
    kind = operator.value_type or type_of(condition.fact) or "text"
    types, name, example = _WRITTEN.get(kind, _WRITTEN["text"])
    for value in values:
        if isinstance(value, DatedWord) and operator.takes_dated and kind == "text":
            continue
        fits = isinstance(value, types) and not isinstance(value, bool | datetime)
        if not fits or (isinstance(value, float) and not math.isfinite(value)):
            return f"value: {value!r} is not {name}. Write {example}"
    if operator.ranks and values[0] < 1:
        return f"value: {values[0]} is no place. Write 1 or more"
    if wanted == 2 and values[0] > values[1]:
        return f"value: {values[0]} lies after {values[1]}. Write the lower one first"
    return None


_WRITTEN: dict[str, tuple[Any, str, str]] = {
    "yuan": (int | float, "a figure in yuan", "digits without quotes, such as 20_000_000"),
    "share": (int | float, "a share", "digits without quotes, such as 0.3 for 30 %"),
    "number": (int, "a whole number", "digits without quotes, such as 3"),
    "day": (date, "a day", "it without quotes, such as 2025-12-31"),
    "text": (str, "text", "it in quotes"),
}
