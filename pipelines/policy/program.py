"""A clause version as the evaluator takes it: decisions settled, every value a SQL literal, and the SQL that it comes to.

In all SQL `f` is the row of the event in `int_event_facts`.
"""

import json
from dataclasses import asdict, dataclass, field
from hashlib import md5
from typing import Any

from pipelines.policy.operators import Question, Selection


@dataclass(frozen=True)
class BandTerm:
    """A band of an award: [at_least, below) by rate."""

    at_least: str
    below: str | None
    rate: str


@dataclass(frozen=True)
class OverTerm:
    """What of the base a rate leaves out: a figure, or a share of another sum."""

    yuan: str | None
    of: str | None
    rate: str | None

    def left_sql(self, base: str) -> str:
        """What of the base lies above it."""
        part = self.yuan or (f"f.{self.of} * {self.rate}" if self.rate else f"f.{self.of}")
        return f"greatest({base} - {part}, 0)"


@dataclass(frozen=True)
class ReckonedTerm:
    """What it is reckoned from: a clause, by which of its claims, at which rate (None: it pays up to a level), or money of payers
    of some levels. Read by the models, not here.
    """

    clause: str | None
    by: str | None
    rate: str | None
    levels: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class QuantityTerm:
    """What an award counts: an amount for every full so many of it, or amounts from a figure of it on."""

    fact: str
    every: str | None
    amount: str | None
    steps: list[tuple[str, str]]

    @property
    def amount_sql(self) -> str:
        """Null where the quantity is not known, below the first step, or comes to more than money is kept for; a negative one comes to nothing."""
        seen = f"f.{self.fact}"
        if self.steps:
            return f"case {' '.join(f'when {seen} >= {at_least} then {amount}' for at_least, amount in reversed(self.steps))} end"
        # exact, as 0.3 of a double holds 0.1 but twice; the rest is taken away before dividing: no fraction rounds up to one more
        exact = f"try_cast({seen} as decimal(28, 6))"
        full = f"cast(try_cast(round(({exact} - {exact} % {self.every}) / {self.every}, 0) as decimal(18, 0)) as decimal(20, 0))"   # wider, so that the product has room
        return f"case when {seen} < 0 then 0 else try_cast({full} * {self.amount} as decimal(18, 2)) end"


@dataclass(frozen=True)
class AwardTerm:
    """An award as SQL literals, decisions settled; None is not given."""

    base: str | None
    cap: str | None
    caps: dict[str, str]
    rate: str | None
    floor_rate: str | None
    bands_apply: str
    bands: list[BandTerm]
    words: str
    may_float_up: str | None
    quantity: QuantityTerm | None
    over: OverTerm | None
    less: str | None
    reckoned: ReckonedTerm | None

    @property
    def ceiling_sql(self) -> str:
        """The upper bound (D1, D3), less what is had already; of a share of another clause the models tell it."""
        if self.reckoned and self.reckoned.rate:
            return "null"
        if self.less:
            return f"case when f.{self.less} is not null then case when {self._level_sql} > f.{self.less} then {self._level_sql} - f.{self.less} when {self._level_sql} is not null then 0 end end"
        return self._level_sql

    @property
    def _level_sql(self) -> str:
        """least(null, cap) would be the cap: a missing base, or one outside all bands, gives null."""
        if self.quantity:
            amount = self.quantity.amount_sql
            return f"case when f.{self.quantity.fact} is not null then least({amount}, {self.cap}) end" if self.cap else amount
        if not self.rate and not self.bands:
            return self._cap_sql
        known = [f"f.{self.base} >= {self.bands[0].at_least}" if self.bands else f"f.{self.base} is not null"]
        if self.bands and self.bands_apply == "whole" and self.bands[-1].below:
            known.append(f"f.{self.base} < {self.bands[-1].below}")
        if self.over and self.over.of:
            known.append(f"f.{self.over.of} is not null")   # greatest(null, 0) would be 0
        if self.caps:
            known.append(f"{self._cap_sql} is not null")
        # of a loss or a fall nothing is due; a base that is not known is left out above
        share = f"{self.over.left_sql(f'f.{self.base}') if self.over else f'greatest(f.{self.base}, 0)'} * {self.rate}"
        amount = f"round({share if self.rate else self._of_bands_sql}, 2)"
        bound = f"least({amount}, {self._cap_sql})" if self.cap or self.caps else amount
        return f"case when {' and '.join(known)} then {bound} end"

    @property
    def floor_sql(self) -> str:
        """The lower bound (D4)."""
        return f"round(f.{self.base} * {self.floor_rate}, 2)" if self.floor_rate else "null"

    @property
    def float_sql(self) -> str:
        """Whether it may be exceeded (D5): only where the fact that the clause names says so; what is not known floats nothing."""
        return f"f.{self.may_float_up}" if self.may_float_up else "null"

    @property
    def _cap_sql(self) -> str:
        if not self.caps:
            return self.cap or "null"
        return f"case f.grade_number {' '.join(f'when {grade} then {cap}' for grade, cap in self.caps.items())} end"

    @property
    def _of_bands_sql(self) -> str:
        """D2: of the whole sum, or of each part of it."""
        base = f"f.{self.base}"
        if self.bands_apply == "marginal":
            parts = [
                f"greatest({f'least({base}, {band.below})' if band.below else base} - {band.at_least}, 0) * {band.rate}"
                for band in self.bands
            ]
            return f"({' + '.join(['0', *parts])})"
        cases = [f"when {base} >= {band.at_least} then {base} * {band.rate}" for band in reversed(self.bands)]
        return f"case {' '.join(cases)} end"


@dataclass(frozen=True)
class InstalmentTerm:
    """A part of an award: [share_from, share_to) of it, when it is due, and what is asked of it."""

    share: str
    share_from: str
    share_to: str
    after_months: int | None
    after_years: int | None
    day_of_year: str | None
    forfeits_rest: bool
    conditions: list[Question]

    @property
    def due_sql(self) -> str:
        """The last day on which it is to be paid; null where the text names none."""
        if self.after_months is not None:
            return f"f.qualified_on + interval '{self.after_months}' month"
        if self.day_of_year is not None:
            month, day = self.day_of_year.split("-")
            return f"make_date(year(f.qualified_on) + {self.after_years}, {int(month)}, {int(day)})"
        return "null"

    @property
    def answer_sql(self) -> str:
        """The worst answer of its conditions, 0 met … 3 not_met; without any it is met."""
        return f"greatest({', '.join(['0', '0', *(question.answer_sql for question in self.conditions)])})"   # Spark asks for two

    @property
    def reason_sql(self) -> str:
        """Which of them do not hold, and what was seen."""
        told = ", ".join(f"case when {one.answer_sql} > 0 then {one.says} || '：' || {one.told_sql} end" for one in self.conditions)
        return f"nullif(concat_ws('；', {told}), '')" if told else "cast(null as string)"


# What came after laws had been read without it: not given, it changes no fingerprint; nor do words, and days it does not ask for.
_LATER = ("any_of", "quantity", "over", "instalments", "derived", "less", "reckoned", "before", "is_declared", "levels")
_UNREAD = ("says", "told", "number_ends", "engine")


@dataclass(frozen=True)
class Program:
    """One clause version: which events ground it, what is asked of them, and its award.

    `clause`: the same for all its versions. `since`, `until`: days between which an event falls to this version.
    `derived`: columns it asks about besides those of the event → their SQL. `is_declared`: figures of firms are those they declared.
    `engine`: which it is worded for.
    """

    clause_key: str
    clause: str
    since: str | None
    until: str | None
    takes_undated: bool
    beneficiary: str
    trigger: list[Selection]
    conditions: list[Question]
    award: AwardTerm
    instalments: list[InstalmentTerm]
    derived: dict[str, str]
    is_declared: bool
    engine: str

    @property
    def fingerprint(self) -> str:
        """Changes with anything the evaluator reads of the clause."""
        read = asdict(self, dict_factory=lambda items: {key: value for key, value in items if key not in _UNREAD and (value or key not in _LATER)})
        return md5(json.dumps(read, ensure_ascii=False).encode(), usedforsecurity=False).hexdigest()

    @property
    def derived_sql(self) -> str | None:
        """The columns it adds, one a line; None: none."""
        return "\n".join(f"{sql} as {name}" for name, sql in self.derived.items()) or None

    @property
    def ranks(self) -> bool:
        """Whether its claims are held against each other."""
        return any(question.ranks_by for question in self.conditions)

    @property
    def kinds_sql(self) -> str:
        """The kinds of events that can ground it."""
        return " and ".join(part.sql for part in self.trigger if part.column == "event_kind")

    @property
    def grounds_sql(self) -> str:
        """Which events of those kinds do: those its trigger names, of the days on which this version is in force."""
        parts = [part.sql for part in self.trigger if part.column != "event_kind"]
        days = [f"f.qualified_on >= {self.since}"] if self.since else []
        days += [f"f.qualified_on < {self.until}"] if self.until else []
        if days:
            undated = " or f.qualified_on is null" if self.takes_undated else ""
            parts.append(f"({' and '.join(days)}{undated})")
        return " and ".join(parts) or "true"

    @property
    def ceiling_sql(self) -> str:
        """The upper bound of its award in yuan, null where it is not known or not stated."""
        return self.award.ceiling_sql

    @property
    def floor_sql(self) -> str:
        """The lower bound of its award in yuan."""
        return self.award.floor_sql

    @property
    def float_sql(self) -> str:
        """Whether a payment may exceed the upper bound."""
        return self.award.float_sql

    @property
    def parts(self) -> list[dict[str, Any]]:
        """What it is paid in, as the macro `instalments` takes it."""
        return [
            {
                "clause_key": self.clause_key, "instalment_no": number, "kinds_sql": self.kinds_sql, "grounds_sql": self.grounds_sql, "derived_sql": self.derived_sql, "is_declared": self.is_declared,
                "share": part.share, "share_from": part.share_from, "share_to": part.share_to, "due_sql": part.due_sql,
                "answer_sql": part.answer_sql, "reason_sql": part.reason_sql,
            }
            for number, part in enumerate(self.instalments, start=1)
        ]  # fmt: skip

    def is_apart_from(self, other: "Program") -> bool:
        """Whether no event can ground both: other versions of one clause, or no word of some key in common."""
        return self.clause == other.clause or any(
            mine.column == theirs.column and set(mine.values).isdisjoint(theirs.values)
            for mine in self.trigger
            for theirs in other.trigger
        )


def readings(programs: list[Program]) -> list[list[Program]]:
    """The programs that share one reading of the events: of the same kinds, no event can ground two of them, and none ranks."""
    found: list[list[Program]] = []
    for one in programs:
        for together in found:
            if not (one.ranks or together[0].ranks) and one.is_declared == together[0].is_declared and one.kinds_sql == together[0].kinds_sql and all(one.is_apart_from(other) for other in together):
                together.append(one)
                break
        else:
            found.append([one])
    return found
