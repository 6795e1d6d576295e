"""The sentence on top of each page and the figures beside it, as text: pages show them, reports print them, so they cannot differ.

A module a topic, functions of rows and the view. Of a sentence's pieces some are marked; the words are in text/.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.components import number
from dashboard.reader import Row
from dashboard.text import t


class Strong(str):
    """A piece to emphasise."""


class Sum(str):
    """A sum of money in the unit it is told in; `full` has all its digits."""

    __slots__ = ("full",)
    full: str

    def __new__(cls, value: Any) -> "Sum":
        made = super().__new__(cls, number.yuan(value))
        made.full = number.full_yuan(value)
        return made


class Link(str):
    """A piece that leads to `href`."""

    __slots__ = ("href",)
    href: str

    def __new__(cls, words: str, href: str) -> "Link":
        made = super().__new__(cls, words)
        made.href = href
        return made


Sentence = list[str]
"""Pieces of text; join them to read it."""


NO_CLAUSE = "no_clause"
"""What rent_clauses.sql says of a policy without one."""


def no_rent() -> Sentence:
    """In place of a figure on rent where the policy has no clause on it."""
    return [Strong(t("none")), t("sentence.no_rent")]


@dataclass(frozen=True)
class Card:
    """One figure: its value as told and with all its digits, what stands under it, its change since the last month-end.

    `trend` is the value of each of the last months, where there are any; `href` leads to the rows.
    The name and how it is counted are kpi.<key> in text/.
    """

    key: str
    value: str
    full: str | None = None
    foot: str | None = None
    change: str | None = None
    trend: Sequence[tuple[str, float]] = ()
    href: str | None = None


def amount(row: Row, key: str) -> str:
    """A sum of a row of uptake, or the word for what is lacking."""
    return number.lacking(row, key) or Sum(row[key])


def full(row: Row, key: str) -> str | None:
    """The same with all its digits; none of what is lacking."""
    return None if number.lacking(row, key) else number.full_yuan(row[key])
