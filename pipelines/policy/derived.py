"""Facts made of others: the figure of an earlier year, a growth, an increase, a sum of years, a ratio, the n-th year since a day.

Written in place of the name of a fact. Each is a column of its own beside those of the event (`f`), so that whatever asks
about a fact can ask about it. What one of its figures lacks it lacks: a year that is not on file is no zero.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, Union

from pydantic import BaseModel, Discriminator, Field, Tag, model_validator

from pipelines.base.strict import STRICT, Text
from pipelines.policy.engine import worded
from pipelines.policy.facts import FACTS, Fact, FactType, names

Form = Literal["figure", "growth_of", "increase_of", "sum_of", "ratio_of", "nth_year_since"]
FORMS: tuple[Form, ...] = ("figure", "growth_of", "increase_of", "sum_of", "ratio_of", "nth_year_since")
WITH_YEARS = [fact.name for fact in FACTS.values() if fact.has_years]
WITH_BASE = [*WITH_YEARS, *(fact.name for fact in FACTS.values() if fact.base)]
Figure = Annotated[Text, Field(json_schema_extra={"enum": WITH_YEARS})]
Based = Annotated[Text, Field(json_schema_extra={"enum": WITH_BASE})]
Amount = Annotated[Text, Field(json_schema_extra={"enum": [*names("yuan"), *names("number")]})]
Day = Annotated[Text, Field(json_schema_extra={"enum": names("day")})]


def _kind(value: Any) -> str:
    return "<derived>" if isinstance(value, dict | Derived) else "<plain>"


@dataclass(frozen=True)
class Sql:
    """How a derived fact is read from an event. `value`: null where it is not known; `whole`: of a share what it is a part of.

    `told`: what was looked at, in words; `why`: why it is not known, null where it is.
    """

    value: str
    whole: str | None
    told: str
    why: str


class Derived(BaseModel):
    """A fact made of others; one of the keys before `year` says how."""

    model_config = STRICT

    figure: Figure | None = None
    """A figure of the statistics, of the year that `year` says."""
    growth_of: Based | None = None
    """By which share it grew over the year before, or a month's figure over 上年同期 (0.3 is 30 %); only from a figure above zero."""
    increase_of: Based | None = None
    """By how much it grew over the year before; less than zero where it fell."""
    sum_of: Figure | None = None
    """The sum over so many `years`, the last of them included."""
    ratio_of: "list[Part] | None" = Field(None, min_length=2, max_length=2)
    """The first as a share of the second (0.1 is 10 %): two facts, or figures or sums of years."""
    nth_year_since: Day | None = None
    """In which calendar year the event lies, counted from that of a day: 1 is that year itself."""
    year: Annotated[int, Field(ge=-20, le=0)] = 0
    """0 is the year of the event's figures (the last that had come by its day), -1 the year before it."""
    calendar_year: Annotated[int, Field(ge=-20, le=0)] | None = None
    """In place of year: counted from the year of the event's day, whatever figures had come: -1 is 上年度, unknown where that year's are not on file."""
    years: Annotated[int, Field(ge=2, le=20)] | None = None
    """For sum_of: how many."""

    @model_validator(mode="after")
    def _is_of_one_form(self) -> Self:
        given = [form for form in FORMS if getattr(self, form) is not None]
        if len(given) != 1:
            raise ValueError(f"fact: is made in one way, not by {' and '.join(given) or 'none'}. Use one of {', '.join(FORMS)}")
        if (self.sum_of is not None) != (self.years is not None):
            raise ValueError("years: sum_of needs it, and only sum_of takes one. Add or remove it")
        counted = "year" if self.year else "calendar_year" if self.calendar_year is not None else None
        if counted and given[0] in ("ratio_of", "nth_year_since"):
            raise ValueError(f"{counted}: {given[0]} takes none. Write it within, as ratio_of: [{{figure: …, {counted}: -1}}, …]")
        if self.year and self.calendar_year is not None:
            raise ValueError("calendar_year: stands beside year. Give one of the two")
        if self.nth_year_since and (self.nth_year_since not in FACTS or FACTS[self.nth_year_since].type != "day"):
            raise ValueError(f"nth_year_since: {self.nth_year_since!r} is no day. Use one of {', '.join(names('day'))}")
        if self.ratio_of:
            for part in self.ratio_of:
                if isinstance(part, Derived) and part.form not in ("figure", "sum_of", "increase_of"):
                    raise ValueError(f"ratio_of: {part.form} is a share or a count of years itself. Use a fact, figure, sum_of or increase_of")
                if type_of(part) not in ("yuan", "number"):
                    raise ValueError(f"ratio_of: {part!r} is no sum and no number. Use one of {', '.join(names('yuan') + names('number'))}")
            if type_of(self.ratio_of[0]) != type_of(self.ratio_of[1]):
                raise ValueError("ratio_of: a sum is no share of a number, nor a number of a sum. Use two of one type")
        elif given[0] != "nth_year_since":
            known = WITH_BASE if given[0] in ("growth_of", "increase_of") else WITH_YEARS
            if self.of not in known:
                raise ValueError(f"{given[0]}: {self.of!r} is no figure of years. Use one of {', '.join(known)}")
            if counted and FACTS[self.of].base:
                raise ValueError(f"{counted}: the monthly form tells of no other year than 上年同期 of {self.of}. Take it out")
        return self

    @property
    def form(self) -> Form:
        """Which of the forms it is."""
        return next(form for form in FORMS if getattr(self, form) is not None)

    @property
    def of(self) -> str:
        """The fact it is made of; of a ratio the first."""
        made_of = getattr(self, self.form)
        return str(made_of[0] if isinstance(made_of, list) else made_of)

    @property
    def name(self) -> str:
        """As a column: growth_of__revenue_yuan, sum_of__rd_expense_yuan__years_3."""
        made_of = self.ratio_of or [self.of]
        parts = [self.form, *(part.name if isinstance(part, Derived) else part for part in made_of)]
        parts += [f"years_{self.years}"] if self.years else []
        parts += [f"year_{-self.year}"] if self.year else []
        parts += [f"calendar_year_{-self.calendar_year}"] if self.calendar_year is not None else []
        return "__".join(parts)

    def __str__(self) -> str:
        return self.name

    @property
    def fact(self) -> Fact:
        """As a fact: its type, the events it is told of, whether it is a figure of a firm."""
        made_of = [one for part in self.ratio_of or [self.of] if (one := fact_of(part))]
        kind: FactType = "share" if self.form in ("growth_of", "ratio_of") else "number" if self.form == "nth_year_since" else made_of[0].type
        told = [set(one.of_events) for one in made_of if one.of_events]
        ends = f"make_date(year(f.{self.of}) + {{number}} - 1, 12, 31)" if self.form == "nth_year_since" else ""
        return Fact(
            self.name, kind, tuple(sorted(set.intersection(*told))) if told else (), is_figure=any(one.is_figure for one in made_of), number_ends=ends
        )

    @property
    def figures(self) -> list[tuple[str, int]]:
        """The columns it is made of, each with how many years it lies before the event's: before its figures', with calendar_year before its day."""
        if self.ratio_of:
            return [one for part in self.ratio_of for one in (part.figures if isinstance(part, Derived) else [(part, 0)])]
        if self.nth_year_since:
            return [("qualified_on", 0), (self.nth_year_since, 0)]
        newest = -(self.year if self.calendar_year is None else self.calendar_year)
        return [(self.of, newest + place) for place in range(self.years or (2 if self.form in ("growth_of", "increase_of") else 1))]

    @property
    def is_of_latest(self) -> bool:
        """Whether it looks at the last figures that had come, so that it matters how old they are."""
        if self.ratio_of:
            return any(part.is_of_latest if isinstance(part, Derived) else FACTS[part].is_figure for part in self.ratio_of)
        return FACTS[self.of].is_figure and self.calendar_year is None

    def reaching(self, value: Any) -> dict[tuple[str, int], Any]:
        """Figures with which it comes to a value: the first of them makes it so, those before are round."""
        figures: dict[tuple[str, int], Any] = dict.fromkeys(self.figures, 0)
        first, *others = figures
        if self.ratio_of:
            whole = self.ratio_of[1]
            figures = _reaching(self.ratio_of[0], value * 10_000_000) | _reaching(whole, 10_000_000)
        elif self.form in ("growth_of", "increase_of"):
            figures[others[0]] = 10_000 if self.form == "growth_of" else 0
            figures[first] = 10_000 * (1 + value) if self.form == "growth_of" else value
        else:
            figures[first] = value
        return figures

    def sql(self, engine: str) -> Sql:
        """Its SQL for an engine, by its form."""
        return _SQL[self.form](engine, self)

    def columns(self, engine: str) -> dict[str, str]:
        """The columns it adds to those of an event → their SQL."""
        sql = self.sql(engine)
        return {self.name: sql.value} | ({f"{self.name}_whole": sql.whole} if sql.whole else {})


Part = Annotated[Union[Annotated[Derived, Tag("<derived>")], Annotated[Amount, Tag("<plain>")]], Discriminator(_kind)]  # noqa: UP007
Derived.model_rebuild()
ANY_DERIVED = {"$ref": "#/$defs/Derived"}


def fact_of(asked: Any) -> Fact | None:
    """The fact of that name, or made in that way; None where there is none."""
    return asked.fact if isinstance(asked, Derived) else FACTS.get(asked) if isinstance(asked, str) else None


def _reaching(part: Any, value: Any) -> dict[tuple[str, int], Any]:
    return part.reaching(value) if isinstance(part, Derived) else {(part, 0): value}


def columns_of(figures: dict[tuple[str, int], Any]) -> dict[str, Any]:
    """Figures, each of so many years before, as columns of an event; a year that none is named of is null."""
    columns: dict[str, Any] = {name: value for (name, back), value in figures.items() if not back}
    columns |= {str(FACTS[name].base): value for (name, back), value in figures.items() if back and FACTS[name].base}
    for name in dict.fromkeys(name for name, back in figures if back and not FACTS[name].base):
        columns[f"{name}_before"] = [figures.get((name, back)) for back in range(1, 1 + max(b for n, b in figures if n == name))]
    return columns


def type_of(asked: Any) -> FactType | None:
    """The type of a fact, named or derived; None where there is no such fact."""
    fact = fact_of(asked)
    return fact.type if fact else None


_LATER = "coalesce(f.figure_year - year(f.qualified_on), 0)"
"""By how many years the event's figures lie after its day; less than zero where they are older."""


def seen(engine: str, name: str, back: int = 0, by_calendar: bool = False) -> str:
    """A fact of the event, or a figure of so many years before: before its figures', or before its day."""
    if by_calendar:
        cases = " ".join(f"when {-older} then {seen(engine, name, back - older)}" for older in range(back + 1))
        return f"case {_LATER} {cases} end"
    if back and FACTS[name].base:
        return f"f.{FACTS[name].base}"
    return worded(engine, "nth_of", f"f.{name}_before", back) if back else f"f.{name}"


def words_of(engine: str, name: str, sql: str, lacking: str = "无数据") -> str:
    """SQL of a figure in words."""
    shown = worded(engine, "to_two_places", f"cast({sql} as double)", " 元") if type_of(name) == "yuan" else f"cast({sql} as string)"
    return f"coalesce({shown}, '{lacking}')"


def _number(of: Derived, back: int) -> str:
    """The year so many before, as a number."""
    return f"year(f.qualified_on) - {back}" if of.calendar_year is not None else f"f.figure_year - {back}" if back else "f.figure_year"


def _year(of: Derived, back: int) -> str:
    number = _number(of, back)
    return f"({number}) || ' 年'" if " " in number else f"{number} || ' 年'"


def _month(back: int) -> str:
    return "'上年同期'" if back else "f.month_period || ' 累计'"


def _figure(engine: str, of: Derived, back: int) -> str:
    return seen(engine, of.of, back, of.calendar_year is not None)


def _comparable(engine: str, of: Derived, newest: int, oldest: int) -> str:
    """Whether with no year after the oldest the scope of the statistics changed, up to the newest; both so many years before."""
    years = worded(engine, "list_of", [_number(of, back) for back in range(newest, oldest)])
    return f"not coalesce({worded(engine, 'overlap', 'f.break_years', years)}, false)"


def _lacking(engine: str, of: Derived, figures: list[tuple[str, int]]) -> Iterator[str]:
    """Cases of a figure that is not there; who was registered in a year has none of the year before."""
    for name, back in figures:
        value = seen(engine, name, back, of.calendar_year is not None)
        if FACTS[name].base:
            yield f"when {value} is null then {_month(back)} || '没有数据'"
            continue
        if of.calendar_year is not None:
            yield f"when {value} is null and year(f.registered_on) > {_number(of, back)} then {_year(of, back)} || '尚未登记'"
        elif back:
            yield f"when {value} is null and f.years_before < {back} then {_year(of, back)} || '尚未登记'"
        yield f"when {value} is null then {_year(of, back)} || '没有数据'" if FACTS[name].has_years else f"when {value} is null then '没有数据'"


def _why(engine: str, of: Derived, *cases: str) -> str:
    return f"case {' '.join([*_lacking(engine, of, of.figures), *cases])} end"


def _broken(engine: str, of: Derived, newest: int, oldest: int) -> str:
    return f"when not ({_comparable(engine, of, newest, oldest)}) then {_year(of, oldest)} || '至' || {_year(of, newest)} || '间统计口径有变化，不可比'"


def _broken_over(engine: str, of: Derived) -> list[str]:
    """上年同期 stands in the same report, of the same scope."""
    return [] if FACTS[of.of].base else [_broken(engine, of, of.figures[0][1], of.figures[1][1])]


def _percent(engine: str, part: str, whole: str) -> str:
    return worded(engine, "to_two_places", f"100 * cast({part} as double) / cast({whole} as double)", "%")


def _of_year(engine: str, of: Derived) -> Sql:
    [(name, back)] = of.figures
    value = _figure(engine, of, back)
    return Sql(value, None, f"{_year(of, back)} || ' ' || {words_of(engine, name, value)}", _why(engine, of))


def _change(engine: str, of: Derived) -> tuple[str, str, str, str]:
    """The figure of the year, that of the year before, whether they may be compared, and both in words."""
    (name, newest), (_, oldest) = of.figures
    now, before = _figure(engine, of, newest), _figure(engine, of, oldest)
    if FACTS[name].base:
        told = f"{_month(0)} || ' ' || {words_of(engine, name, now)} || '，' || {_month(1)} || ' ' || {words_of(engine, name, before)}"
        return now, before, "true", told
    told = f"{_year(of, newest)} || ' ' || {words_of(engine, name, now)} || '，' || {_year(of, oldest)} || ' ' || {words_of(engine, name, before)}"
    return now, before, _comparable(engine, of, newest, oldest), told


def _growth(engine: str, of: Derived) -> Sql:
    now, before, comparable, told = _change(engine, of)
    part = f"case when {before} > 0 and {comparable} then {now} - {before} end"
    grown = f"coalesce('，增长 ' || {_percent(engine, part, before)}, '')"
    lacking = f"when {before} <= 0 then '上年不大于零，不计增速'"
    return Sql(part, before, f"{told} || {grown}", _why(engine, of, *_broken_over(engine, of), lacking))


def _increase(engine: str, of: Derived) -> Sql:
    now, before, comparable, told = _change(engine, of)
    value = f"case when {comparable} then {now} - {before} end"
    return Sql(value, None, f"{told} || '，增加 ' || {words_of(engine, of.of, value, '不能确认')}", _why(engine, of, *_broken_over(engine, of)))


def _sum(engine: str, of: Derived) -> Sql:
    parts = [_figure(engine, of, back) for _, back in of.figures]
    newest, oldest = of.figures[0][1], of.figures[-1][1]
    value = f"case when {_comparable(engine, of, newest, oldest)} then {' + '.join(parts)} end"
    told = " || '，' || ".join(f"{_year(of, back)} || ' ' || {words_of(engine, name, _figure(engine, of, back))}" for name, back in of.figures)
    return Sql(value, None, f"{told} || '，合计 ' || {words_of(engine, of.of, value, '不能确认')}", _why(engine, of, _broken(engine, of, newest, oldest)))


def _ratio(engine: str, of: Derived) -> Sql:
    made_of = of.ratio_of or []
    values = [part.sql(engine).value if isinstance(part, Derived) else seen(engine, part) for part in made_of]
    told = [f"'（' || {part.sql(engine).told} || '）'" if isinstance(part, Derived) else words_of(engine, part, seen(engine, part)) for part in made_of]
    whys = [f"when {part.sql(engine).why} is not null then {part.sql(engine).why}" for part in made_of if isinstance(part, Derived)]
    plain = [(part, 0) for part in made_of if isinstance(part, str)]
    part, whole = f"case when {values[1]} > 0 then {values[0]} end", values[1]
    share = f"coalesce('，占 ' || {_percent(engine, part, whole)}, '')"
    lacking = f"when {whole} <= 0 then '所占的总数不大于零，不计占比'"
    return Sql(part, whole, f"{told[0]} || ' / ' || {told[1]} || {share}", f"case {' '.join([*whys, *_lacking(engine, of, plain), lacking])} end")


def _nth_year(engine: str, of: Derived) -> Sql:
    day = seen(engine, of.of)
    value = f"case when f.qualified_on >= {day} then year(f.qualified_on) - year({day}) + 1 end"
    told = f"'自 ' || {day} || ' 起第 ' || {value} || ' 年'"
    return Sql(value, None, f"coalesce({told}, '日期未载明')", f"case when f.qualified_on < {day} then '早于 ' || {day} end")


_SQL = {
    "figure": _of_year, "growth_of": _growth, "increase_of": _increase, "sum_of": _sum, "ratio_of": _ratio, "nth_year_since": _nth_year,
}  # fmt: skip
