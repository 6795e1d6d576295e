"""An award paid in parts (按4:3:3分三年兑付): each is due by itself, and one whose conditions fail is forfeited."""

from typing import Literal, Self

from pydantic import Field, model_validator

from pipelines.base.strict import Text
from pipelines.policy.condition import Condition
from pipelines.policy.operators import OPERATORS
from pipelines.policy.values import Rate, Strict, percent
from pipelines.policy.window import DayOfAnyYear


class Instalment(Strict):
    """One part of what an award comes to. Where the text names no day it has none: 未载明, never a day of ours."""

    share: Rate
    """Of what the award comes to; all of them add up to one."""
    says: Text
    """The part as a person would say it."""
    after_months: int | None = Field(None, ge=0, le=240)
    """Months after the qualifying day on which it is due at the latest; 0: on that day."""
    after_years: int | None = Field(None, ge=0, le=20)
    """With day_of_year: years after that of the qualifying day."""
    day_of_year: DayOfAnyYear | None = None
    """Month and day of that year, in quotes: '06-30'."""
    conditions: list[Condition] = []
    """What must hold for this part besides the conditions of the clause; asked as things stand on the day of the build."""
    forfeits: Literal["itself", "rest"] = "itself"
    """What is lost where one of them fails on its day: this part, or the later ones with it."""
    quote: Text | None = None
    """Verbatim in the text of the document."""
    decision: Text | None = None
    """Id of the decision that settled how this is read."""

    @model_validator(mode="after")
    def _day_is_of_one_form(self) -> Self:
        if (self.after_years is None) != (self.day_of_year is None):
            raise ValueError("after_years: goes with day_of_year. Add the one that is missing")
        if self.after_months is not None and self.after_years is not None:
            raise ValueError("after_months: stands beside after_years. Give one of the two")
        if ranked := next((one.id for one in self.conditions if one.operator in OPERATORS and OPERATORS[one.operator].ranks), None):
            raise ValueError(f"conditions: {ranked} ranks claims, which a part of one cannot. Ask it of the clause")
        if self.forfeits == "rest" and not self.conditions:
            raise ValueError("forfeits: a part without conditions loses nothing. Add conditions, or take it out")
        return self


def wrong_instalments(parts: list[Instalment]) -> str | None:
    """Why these are no whole award, and the mend; None when they are."""
    if len(parts) == 1:
        return "instalments: one part is the whole award. Add the others, or take it out"
    if parts and (whole := sum(part.share for part in parts)) != 1:
        return f"instalments: the shares add up to {whole}, not to 1. Correct them (a third: 0.3333, 0.3333, 0.3334)"
    return None


def words_of(parts: list[Instalment]) -> str | None:
    """As a page shows them, a line each; None: paid in one sum."""
    return "\n".join(f"第{number}期（{percent(part.share)}）：{part.says}，{_due(part)}{_asks(part)}" for number, part in enumerate(parts, start=1)) or None


def _due(part: Instalment) -> str:
    if part.day_of_year is not None:
        month, day = map(int, part.day_of_year.split("-"))
        year = {0: "当年", 1: "次年"}.get(part.after_years or 0, f"其后第{part.after_years}年")
        return f"{year}{month}月{day}日前兑付"
    if part.after_months is not None:
        return f"其后{part.after_months}个月内兑付" if part.after_months else "当日兑付"
    return "兑付期限未载明"


def _asks(part: Instalment) -> str:
    """Its conditions, and what is lost where one fails."""
    if not part.conditions:
        return ""
    lost = "本期及以后各期" if part.forfeits == "rest" else "本期"
    return f"；须{'，'.join(condition.says for condition in part.conditions)}，不满足的{lost}不再兑付"
