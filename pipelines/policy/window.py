"""How a claim is handed in, where the text of a clause says so: when, and with which documents."""

import re
from contextlib import suppress
from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from pipelines.base.strict import Text, Texts
from pipelines.policy.values import Strict


def _day_of_any_year(value: str) -> str:
    """`03-01`; 29 February is not a day of each year."""
    if re.fullmatch(r"\d{2}-\d{2}", value):
        with suppress(ValueError):
            date.fromisoformat(f"2023-{value}")
            return value
    raise ValueError(f"{value!r} is not a day of each year. Write month and day in quotes, such as '03-01'")


DayOfAnyYear = Annotated[str, AfterValidator(_day_of_any_year), WithJsonSchema({"type": "string", "pattern": r"^\d{2}-\d{2}$"})]


class ApplicationWindow(Strict):
    """Between two days, between two days of each year, or so many months from the qualifying day; both days count.

    A clause whose text names no such days has none: 申报期未载明, never a day of ours.
    """

    says: Text
    """The window as a person would say it."""
    quote: Text
    """Verbatim in the text of the document."""
    first_day: date | None = None
    """The first day applications are taken, where the text names it."""
    last_day: date | None = None
    """The last day they are taken."""
    yearly_first: DayOfAnyYear | None = None
    """Month and day from which they are taken each year, in quotes: '03-01'."""
    yearly_last: DayOfAnyYear | None = None
    """Month and day to which they are taken each year; before yearly_first: of the year after."""
    within_months: int | None = Field(None, ge=1, le=120)
    """Months after the qualifying day; the same day of the month, or its last day where there is none."""
    lapses: bool = False
    """逾期不予受理: the text makes it a condition. Without: a last day that is told, no more."""
    decision: Text | None = None
    """Id of the decision that settled how this is read."""

    @model_validator(mode="after")
    def _is_of_one_form(self) -> Self:
        forms = [self.last_day is not None, self.yearly_last is not None, self.within_months is not None]
        if sum(forms) != 1:
            raise ValueError("application_window: is told by one of last_day, yearly_last or within_months. Keep one of them")
        if self.first_day is not None and (self.last_day is None or self.first_day > self.last_day):
            raise ValueError(f"first_day: {self.first_day} stands before no last_day. Correct one")
        if (self.yearly_first is None) != (self.yearly_last is None):
            raise ValueError("yearly_first: each year's window has both days. Add the one that is missing")
        return self


class Materials(Strict):
    """The documents a clause asks for with an application; left out where its text names none (未载明)."""

    names: Texts
    """Each as the text calls it."""
    quote: Text
    """Verbatim in the text of the document."""
