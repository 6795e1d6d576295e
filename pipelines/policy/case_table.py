"""Which cases a policy still lacks: below, at, above and missing, of each figure and day at which an answer or a bound changes.

What is known of the event is written, the answer is left blank: it is a person's, who reads the text.
"""

from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from pipelines.matters import NO, YES, said, written
from pipelines.policy.award import Award
from pipelines.policy.cases import FOLDER, Asked
from pipelines.policy.condition import Condition
from pipelines.policy.derived import Derived, columns_of
from pipelines.policy.facts import BY_WORD, COLUMNS, FACTS
from pipelines.policy.model import Clause, Policy, Version
from pipelines.policy.values import DatedWord
from pipelines.policy.versions import conditions_of, days_of

FEN = Decimal("0.01")


@dataclass(frozen=True)
class Point:
    """A case to be had: what is known of the event besides what is given, and where that lies.

    `after`: any day so many days after so many years from that of another fact stands on it, not the one written here alone.
    """

    says: str
    known: dict[str, Any]
    after: tuple[str, int, int] | None = None


@dataclass(frozen=True)
class Lack:
    """The points of a clause version that no case stands on."""

    file: str
    clause: Clause
    version: Version
    points: list[Point]


def lacks(policy: Policy, folder: Path, asked: list[Asked]) -> list[Lack]:
    """The clauses of the policy in `folder` that compute and lack cases, in the order of its measures.

    A case under another setting of a decision is none of these: the figure may be read otherwise there.
    """
    stand: dict[str, list[dict[str, Any]]] = {}
    for one in asked:
        if not one.case.under:
            stand.setdefault(one.clause_id, []).append(one.known)
    files = {one.clause_id: Path(one.file).name for one in asked if Path(one.file).stem != "shared"}
    found = []
    paths = sorted((folder / "measures").glob("*.yaml"))
    for path, measure in zip(paths, policy.measures, strict=True):
        for clause in measure.clauses:
            version = next((version for version in clause.versions if version.trigger), None)
            if version is None:
                continue
            known = stand.get(clause.id, [])
            points = [point for point in _points(policy, version) if not any(_stands_on(case, point) for case in known)]
            if points or not known:
                found.append(Lack(files.get(clause.id, path.name), clause, version, points))
    return found


def _stands_on(case: dict[str, Any], point: Point) -> bool:
    if point.after:
        (fact,), (of, years, days) = point.known, point.after
        day, start = case.get(fact), case.get(of)
        return isinstance(day, date) and isinstance(start, date) and (day - _years_after(start, years)).days == days
    return all(name in case and _plain(case[name]) == _plain(value) for name, value in point.known.items())


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return Decimal(str(value)) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else value


def _points(policy: Policy, version: Version) -> Iterator[Point]:
    """Those of the clause's own conditions and of its award; what all clauses share is asked once, in a group of cases."""
    given = given_of(policy, version)
    seen: list[dict[str, Any]] = []
    for point in _all_points(policy, version, given):
        if point.known not in seen:
            seen.append(point.known)
            yield point


def _all_points(policy: Policy, version: Version, given: dict[str, Any]) -> Iterator[Point]:
    for condition in (policy.asked(part) for one in version.conditions for part in one.parts):
        fact, values = str(condition.fact), policy.values_of(condition)
        match condition.operator:
            case "at_least" | "above" | "at_most" | "between":
                for value in values:
                    yield from _edge(condition.fact, value)
            case "first_reaches":
                yield from _edge(fact, values[0])
                for point in _edge(fact, values[0]):
                    words = "is not on file" if point.known[fact] is None else point.says.removeprefix(f"{fact} ")
                    yield Point(f"{fact} of the year before {words}", {f"{fact}_before": [point.known[fact]]})
            case "answered_yes" | "judged_yes" | "holds_title":
                told = said(given.get(fact))
                yield Point(f"{values[0]} is no", {fact: written(told | {values[0]: NO})})
                yield Point(f"{values[0]} is not said", {fact: written({word: one for word, one in told.items() if word != values[0]})})
            case "within_years_of":
                yield from _anniversary(fact, str(condition.of), int(values[0]), given)
    yield from _of_award(version.award)


def _anniversary(fact: str, of: str, years: int, given: dict[str, Any]) -> Iterator[Point]:
    """The day before, on and after it; whether the day of the event is known all clauses ask together."""
    start = given.get(of)
    if isinstance(start, date):
        for days, words in ((-1, "a day before"), (0, "on"), (1, "a day after")):
            day = _years_after(start, years) + timedelta(days=days)
            yield Point(f"{fact} {words} {years} years from {of}", {fact: day}, (of, years, days))
    yield from (Point(f"{name} is not known", {name: None}) for name in (fact, of) if name != "qualified_on")


def _of_award(award: Award) -> Iterator[Point]:
    rate = award.bands[-1].rate if award.bands else award.rate
    base, quantity = award.base, award.quantity
    for band in award.bands:
        yield from _edge(base, band.at_least)
    if award.base and rate:
        if award.cap_yuan:
            yield from _edge(base, award.cap_yuan / rate)
        for grade, cap in award.caps_by_grade.items():
            for point in _edge(base, cap / rate):
                yield Point(f"{point.says} of grade {grade}", {"grade_number": grade, **point.known})
    elif award.base:
        yield from (point for point in _edge(base, 1) if point.says.endswith("is not known"))
    for step in award.steps:
        yield from _edge(quantity, step.at_least)
    if award.each:
        yield from _edge(quantity, award.each.every)
        if award.cap_yuan:
            yield from _edge(quantity, award.each.every * (award.cap_yuan // award.each.amount_yuan))


def _edge(fact: Any, value: Any) -> Iterator[Point]:
    """Below, at, above and missing of a figure or day, or of the first figure a derived fact is made of."""
    if isinstance(fact, Derived):
        figures = fact.reaching(Decimal(str(value)))
        first = next(iter(figures))
        if FACTS[first[0]].type == "day":   # an n-th year is that of a day, which stands in the cases of its own
            return
        for point in _edge(first[0], figures[first]):
            words = point.says.removeprefix(f"{first[0]} ") if point.known[first[0]] is None else f"{point.says.split()[1:-1][-1]} {_written(value)}"
            yield Point(f"{fact} {words}", columns_of(figures | {first: point.known[first[0]]}))
        return
    kind = COLUMNS[fact]
    if kind == "day" and isinstance(value, date):
        steps = _around(value, timedelta(days=1))
    else:
        value = Decimal(str(value)).quantize(FEN) if kind == "yuan" else int(value)
        steps = _around(value, FEN if kind == "yuan" else 1)
    for at, words in steps:
        yield Point(f"{fact} {words} {_written(value)}", {fact: at})
    yield Point(f"{fact} is not known", {fact: None})


def _around(value: Any, step: Any) -> Iterator[tuple[Any, str]]:
    yield from ((value - step, "just below"), (value, "at"), (value + step, "just above"))


def _years_after(day: date, years: int) -> date:
    """D12: adding years takes 29 February to the 28th."""
    is_leap_day = (day.month, day.day) == (2, 29) and not isleap(day.year + years)
    return day.replace(year=day.year + years, day=28 if is_leap_day else day.day)


def given_of(policy: Policy, version: Version) -> dict[str, Any]:
    """An event that grounds the clause and, as far as its conditions say so, satisfies them. A fact they do not bound is left blank."""
    given: dict[str, Any] = {key: words[0] for key, words in version.trigger.items()}
    given["qualified_on"] = days_of(policy, version)[0]
    for condition in conditions_of(policy, version):
        for part in condition.parts[:1]:
            for fact, value in _satisfying(part, policy.values_of(part), given["qualified_on"]):
                if COLUMNS[fact] in BY_WORD:
                    given[fact] = written(said(given.get(fact)) | {value: YES})
                given.setdefault(fact, value)
    for counted in filter(None, (version.award.base, version.award.quantity)):
        blank = columns_of(dict.fromkeys(counted.figures)) if isinstance(counted, Derived) else {str(counted): None}
        given = blank | given
    if version.award.caps_by_grade:
        given.setdefault("grade_number", next(iter(version.award.caps_by_grade)))
    return given


def _satisfying(condition: Condition, values: list[Any], day: date) -> Iterator[tuple[str, Any]]:
    """A value of each fact with which the condition holds, None where none is told."""
    fact = str(condition.fact)
    if fact == "named_firm_count" or condition.fact is None:
        return
    if isinstance(condition.fact, Derived):
        yield from _reaching(condition.fact, condition.operator, values, day)
        return
    match condition.operator:
        case "assessed":
            yield fact, "met"
        case "is_true" | "human_judgement":
            yield fact, True
        case "above":
            yield fact, values[0] + (1 if COLUMNS[fact] == "number" else 0.01)
        case "within_years_of":
            yield str(condition.of), day
            yield fact, day
        case "first_reaches":
            yield fact, values[0]
            yield f"{fact}_before", [0]
            yield "years_before", 1
        case "at_least" | "at_most" | "between" | "is_one_of" | "mentions" | "answered_yes" | "judged_yes" | "holds_title":
            yield fact, values[0].word if isinstance(values[0], DatedWord) else values[0]
        case _:
            yield fact, None


def _reaching(fact: Derived, operator: str, values: list[Any], day: date) -> Iterator[tuple[str, Any]]:
    """The figures with which a derived fact comes to the first of its values; of an n-th year the first is that of the event."""
    if fact.nth_year_since:
        yield fact.nth_year_since, day
        return
    step = {"above": Decimal("0.01")}.get(operator, 0)
    figures = fact.reaching(Decimal(str(values[0])) + step if values else Decimal(1))
    yield from columns_of({one: round(value) if FACTS[one[0]].type == "number" else value for one, value in figures.items()}).items()


def write_lacks(folder: Path, found: list[Lack], policy: Policy) -> list[Path]:
    """Write a blank case for each point that is lacking into the case files beside the policy; gives the files changed."""
    changed = []
    for lack in found:
        path = folder / FOLDER / lack.file
        path.parent.mkdir(exist_ok=True)
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else ["# yaml-language-server: $schema=../../../schema/cases.json"]
        cases = [f"    - {{says: {point.says}, with: {_flow(point.known)}, then: }}" for point in lack.points]
        behind = _end_of_cases("\n".join(lines), lack.clause.id)
        if behind is None:
            given = given_of(policy, lack.version)
            blank = [name for name, value in given.items() if value is None]
            head = [
                f"{_written(lack.clause.id)}:   # {lack.clause.title.zh}",
                *([f"  document: {lack.version.document}"] if lack.version.document != next(iter(policy.documents)) else []),
                f"  given: {_flow(given)}" + (f"   # fill {', '.join(blank)}" if blank else ""),
                "  cases:", "    - {says: as given, then: }",
            ]
            lines += head + cases
        else:
            lines[behind:behind] = cases
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        changed.append(path)
    return list(dict.fromkeys(changed))


def _end_of_cases(text: str, clause_id: str) -> int | None:
    """The number of lines up to the end of a clause's last case; None where it has none in this file."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    for key, of in root.value if isinstance(root, yaml.MappingNode) else []:
        if key.value == clause_id:
            cases = next(value for name, value in of.value if name.value == "cases")
            return int(cases.value[-1].end_mark.line) + 1
    return None


def _flow(known: dict[str, Any]) -> str:
    """`{list: cmmi, fee_yuan: 199999.99}`."""
    return "{" + ", ".join(f"{name}: {_written(value)}" for name, value in known.items()) + "}"


def _written(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
    return yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=10_000).splitlines()[0].removesuffix("...").strip()
