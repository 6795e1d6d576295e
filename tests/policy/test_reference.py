"""The SQL evaluator against a slow, plain one, over thousands of random claims.

The plain one is written from `decisions.md` and the model of a policy alone: it reads policies, never programs or SQL.
Laws are the committed one under random decisions, and wholly random ones; facts lie at and beside every edge, or are missing.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import duckdb
import pyarrow as pa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines.policy.award import Award
from pipelines.policy.condition import Condition
from pipelines.policy.derived import Derived
from pipelines.policy.evaluator import programs_of, statement
from pipelines.policy.facts import COLUMNS, EVENT_KEYS, FACTS, names
from pipelines.policy.load import load_policies
from pipelines.policy.model import Policy, Version
from pipelines.policy.operators import OPERATORS
from pipelines.policy.values import DatedWord, Setting
from pipelines.policy.versions import conditions_of
from pipelines.settings import PROJECT
from tests.policy.law import OUTCOMES, law

MET, REVIEW, UNKNOWN, NOT_MET = range(4)
Row = dict[str, Any]
Answer = tuple[list[int], Decimal | None, Decimal | None, bool]

# --- the plain evaluator ---


def reference(policy: Policy, version: Version, row: Row) -> Answer | None:
    """Answers in order, ceiling, floor, may it float up; None where the event grounds no claim."""
    if not version.trigger or not _fits(version.trigger, row):
        return None
    answers = [_answer(policy, condition, row) for condition in conditions_of(policy, version)]
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


def _answer(policy: Policy, condition: Condition, row: Row) -> int:
    operator = condition.operator
    if condition.when and not _fits(condition.when, row):
        return MET
    if operator == "always_review":
        return REVIEW
    if operator == "any_of":
        parts = {_answer(policy, part, row) for part in condition.any_of}
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
        return bool(seen <= _anniversary(row[of or ""], values[0]))
    if operator == "is_known":
        return True
    assert operator in ("is_true", "human_judgement")
    return bool(seen)


def _anniversary(day: date, years: int) -> date:
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
        return come_to if award.cap_yuan is None else min(come_to, award.cap_yuan)
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


# --- facts at and beside every edge ---

FEN = Decimal("0.01")
WORDS = ["软件", "工业软件", "硬件", "it's", "50%_软件", ""]
DAYS = [date(2020, 2, 29), date(2021, 2, 28), date(2023, 12, 31), date(2024, 2, 29), date(2025, 12, 31)]
POOLS: dict[str, list[Any]] = {
    "text": WORDS, "yuan": [Decimal(0), FEN, Decimal("123456789.01")], "number": [0, 1, 2, 3, 4, 5], "day": DAYS,
    "boolean": [True, False], "answer": [MET, REVIEW, UNKNOWN, NOT_MET], "answers": ["国产=是；首台套=否", "首台套=是", "非国产=是"],
    "share": [0, 0.1, 0.3, 1],
    "yuans": [[Decimal(0), Decimal(100)], [Decimal(100)], [None, Decimal(1000)], [FEN, FEN, FEN], [Decimal("123456789.01"), None, Decimal(100)]],
    "numbers": [[0, 2], [2], [None, 3], [1, 4, 2]],
}  # fmt: skip


def _edges(policy: Policy) -> dict[str, set[Any]]:
    """For each fact what the law names of it, a step below and above, and beside a day the anniversaries."""
    edges: dict[str, set[Any]] = {fact.name: set(POOLS[fact.type]) for fact in FACTS.values()}
    edges |= {key: {"else"} for key in EVENT_KEYS}
    for version in _versions(policy):
        award = version.award
        if version.first_day:
            edges["qualified_on"] |= _beside("day", version.first_day)
        figures = [figure for band in award.bands for figure in (band.at_least, band.below) if figure is not None]
        rates = [band.rate for band in award.bands] + ([award.rate] if award.rate else [])
        caps = [cap for cap in (award.cap_yuan, *award.caps_by_grade.values()) if cap is not None]
        figures += [(cap / rate).quantize(FEN) for cap in caps for rate in rates]
        for selection in (version.trigger, *(c.when for c in conditions_of(policy, version))):
            for key, words in selection.items():
                edges[key] |= set(words)
        for condition in _parts(policy, version):
            for value in condition.values:
                found = policy.decision(value.setting).value if isinstance(value, Setting) else value
                for one in found if isinstance(found, list) else [found]:
                    if isinstance(condition.fact, Derived):
                        continue
                    if isinstance(one, DatedWord):
                        edges[str(condition.fact)] |= {one.word}
                        for day in filter(None, (one.first_day, one.last_day)):
                            edges["qualified_on"] |= _beside("day", day)
                    elif FACTS[str(condition.fact)].type == "answers":
                        continue
                    elif condition.operator == "within_years_of":
                        ends = {_anniversary(day, one) for day in edges[condition.of or ""]}
                        edges[str(condition.fact)] |= {end + timedelta(step) for end in ends for step in (-1, 0, 1)}
                    else:
                        edges[str(condition.fact)] |= _beside(FACTS[str(condition.fact)].type, one)
        if isinstance(award.quantity, str):
            starts = [step.at_least for step in award.steps] + ([award.each.every * n for n in (1, 2)] if award.each else [])
            kind = FACTS[award.quantity].type
            edges[award.quantity] |= {near for start in starts for near in _beside(kind, start if kind == "yuan" else int(start))}
        if award.over and award.over.yuan is not None and isinstance(award.base, str):
            edges[award.base] |= _beside("yuan", award.over.yuan)
        if isinstance(award.base, str):
            edges[award.base] |= {near for figure in figures for near in _beside("yuan", figure)}
    return edges


def _beside(kind: str, value: Any) -> set[Any]:
    if kind == "yuan":
        figure = Decimal(str(value))
        return {max(figure - FEN, Decimal(0)), figure, figure + FEN}
    if kind == "day":
        return {value - timedelta(1), value, value + timedelta(1)}
    return {value - 1, value, value + 1} if kind == "number" else {value}


def _parts(policy: Policy, version: Version) -> list[Condition]:
    """The conditions that ask about a fact."""
    return [part for condition in conditions_of(policy, version) for part in condition.parts]


def _clauses(policy: Policy) -> dict[str, list[Version]]:
    document = next(iter(policy.documents))
    found = {c.id: [v for v in c.versions if v.document == document] for m in policy.measures for c in m.clauses}
    return {clause_id: versions for clause_id, versions in found.items() if any(v.trigger for v in versions)}


def _versions(policy: Policy) -> list[Version]:
    return [version for versions in _clauses(policy).values() for version in versions if version.trigger]


def _rows(policy: Policy, size: int) -> st.SearchStrategy[list[Row]]:
    edges = {key: sorted(values, key=str) for key, values in _edges(policy).items()}
    return st.lists(st.one_of([_row(policy, v, edges) for v in _versions(policy)]), min_size=size, max_size=size)


def _row(policy: Policy, version: Version, edges: dict[str, list[Any]]) -> st.SearchStrategy[Row]:
    """An event that mostly grounds a claim under this version; what the version does not ask is missing."""
    missing: Row = dict.fromkeys(COLUMNS)
    wanted: dict[str, st.SearchStrategy[Any]] = {"qualified_on": st.sampled_from([*edges["qualified_on"], None])}
    for condition in _parts(policy, version):
        if isinstance(condition.fact, Derived) or condition.operator == "first_reaches":
            wanted |= {name: one for name, one in _years(condition.fact).items() if name not in wanted}
            continue
        for fact in map(str, filter(None, (condition.fact, condition.of))):
            good = [v for v in edges[fact] if _answer(policy, condition, missing | {fact: v}) == MET]
            likely = st.sampled_from(good or edges[fact])  # else nearly every claim would fail
            one = st.one_of(likely, likely, likely, st.sampled_from([*edges[fact], None]), _anything(FACTS[fact].type))
            wanted[fact] = st.one_of(wanted[fact], one) if fact in wanted and fact != "qualified_on" else one
    wanted |= {key: st.sampled_from([*edges[key], None]) for condition in conditions_of(policy, version) for key in condition.when}
    base = version.award.base or version.award.quantity
    if isinstance(base, Derived):
        wanted |= {name: one for name, one in _years(base).items() if name not in wanted}
    elif base and base not in wanted:
        wanted[base] = st.sampled_from([*edges[base], None]) | st.sampled_from(edges[base]) | _anything(FACTS[base].type)
    if version.award.over and isinstance(version.award.over.of, Derived):
        wanted |= {name: one for name, one in _years(version.award.over.of).items() if name not in wanted}
    elif version.award.over and version.award.over.of:
        wanted.setdefault(version.award.over.of, st.sampled_from([*edges[version.award.over.of], None]))
    if version.award.tops_up and version.award.tops_up.fact:
        wanted.setdefault(version.award.tops_up.fact, st.sampled_from([Decimal(0), FEN, Decimal(90_000), None]))
    if version.award.may_float_up:
        wanted.setdefault(version.award.may_float_up, st.sampled_from([True, False, None]))
    if version.award.caps_by_grade:
        wanted["grade_number"] = st.sampled_from([*edges["grade_number"], None])
    for key, words in version.trigger.items():
        wanted[key] = st.sampled_from([*(words * 12), "else", None])
    step = st.sampled_from([None, -1, 0, 1])
    return st.tuples(st.fixed_dictionaries(wanted), step).map(
        lambda drawn: _near(policy, version, missing | drawn[0], drawn[1])
    )


def _years(fact: Any) -> dict[str, st.SearchStrategy[Any]]:
    """What a figure of years, or what is made of some, is read from: small figures, so that shares and sums meet their edges."""
    asked = dict.fromkeys(name for name, _ in fact.figures) if isinstance(fact, Derived) else [fact]
    wanted: dict[str, st.SearchStrategy[Any]] = {
        "figure_year": st.sampled_from([2024, 2024, 2024, None]), "years_before": st.sampled_from([0, 1, 2, 3, -1, None]),
        "break_years": st.sampled_from([None, None, [], [2021], [2022, 2023], [2024]]),
    }  # fmt: skip
    for name in asked:
        if name not in FACTS or name == "qualified_on":
            continue
        if FACTS[name].has_years or FACTS[name].base:
            one: list[Any] = [None, 0, 2, 100, 110, 130] if FACTS[name].type == "number" else [*map(Decimal, (0, 100, 110, 130, 20_000_000, -5)), Decimal("130.01"), None]
            wanted[name] = st.sampled_from(one)
            wanted |= {str(FACTS[name].base): wanted[name]} if FACTS[name].base else {f"{name}_before": st.lists(wanted[name], max_size=4) | st.none()}
        else:
            wanted[name] = st.sampled_from([*POOLS[FACTS[name].type], None])
    return wanted


def _near(policy: Policy, version: Version, row: Row, step: int | None) -> Row:
    """The row with its days moved beside the anniversary they are measured by."""
    for condition in _parts(policy, version):
        if condition.operator == "within_years_of" and step is not None and row[condition.of or ""] is not None:
            (years,) = [policy.decision(v.setting).value if isinstance(v, Setting) else v for v in condition.values]
            row |= {str(condition.fact): _anniversary(row[condition.of or ""], years) + timedelta(step)}
    return row


def _anything(kind: str) -> st.SearchStrategy[Any]:
    if kind == "yuan":
        return st.integers(0, 10**12).map(lambda fen: fen * FEN)
    if kind == "day":
        return st.dates(date(2019, 1, 1), date(2027, 12, 31))
    return st.sampled_from(POOLS[kind])


# --- random laws ---


@st.composite
def _laws(draw: st.DrawFn) -> Policy:
    """A policy of five clauses, anything the model lets through."""
    decisions: list[dict[str, Any]] = []
    clauses = []
    for number in range(5):
        trigger = draw(_trigger())
        versions: list[dict[str, Any]] = [
            {"document": "draft", "quotes": ["款"], "award": draw(_award()), "first_day": first_day}
            for first_day in [None, *sorted(draw(st.sets(st.sampled_from(DAYS[2:]), max_size=2)))]
        ]
        for version in versions:
            if len(versions) == 3 and version is versions[1] and draw(st.booleans()):  # a gap that is declared
                version["coverage"] = {"status": "not_encoded"}
                continue
            conditions = [draw(_condition(f"c{n}", decisions)) for n in range(draw(st.integers(1, 4)))]
            version |= {"coverage": {"status": "encoded"}, "conditions": conditions, "trigger": trigger}
        clauses.append({"id": f"x{number}", "title": {"zh": "款", "en": "clause"}, "versions": versions})
    document = {"title": "文", "is_draft": True, "text": "x.txt"} | dict.fromkeys(
        ("first_day", "last_day", "last_checked_on"), DAYS[0]
    )
    measure = {"measure": 1, "title": "条", "chapter": "章", "departments": ["局"], "clauses": clauses}
    content = {
        "policy_id": "p",
        "title": "策",
        "documents": {"draft": document},
        "decisions": decisions,
        "measures": [measure],
    }
    return Policy.model_validate(content)


DERIVED = [
    Derived.model_validate(one)
    for one in (
        {"figure": "revenue_yuan", "year": -2}, {"growth_of": "revenue_yuan"}, {"growth_of": "staff_count", "year": -1}, {"increase_of": "profit_yuan"},
        {"sum_of": "staff_count", "years": 3}, {"growth_of": "month_revenue_yuan"}, {"ratio_of": ["rd_expense_yuan", "revenue_yuan"]}, {"nth_year_since": "registered_on"},
        {"ratio_of": [{"sum_of": "rd_expense_yuan", "years": 2}, {"figure": "revenue_yuan", "year": -1}]},
    )
]


@st.composite
def _trigger(draw: st.DrawFn) -> dict[str, list[str]]:
    """Clauses of one kind of event, of several, apart from each other by list or level, or not."""
    kinds = st.sampled_from([["project"], ["project"], ["listing"], ["project", "listing"]])
    words = {"list": ["a", "b", "c"], "level": ["national", "provincial"]}
    keys = {key: st.lists(st.sampled_from(of), min_size=1, max_size=2, unique=True) for key, of in words.items()}
    return draw(st.fixed_dictionaries({"event_kind": kinds}, optional=keys))


@st.composite
def _condition(draw: st.DrawFn, name: str, decisions: list[dict[str, Any]], *, is_part: bool = False) -> dict[str, Any]:
    operator = draw(st.sampled_from([one.name for one in OPERATORS.values() if not one.ranks and not (is_part and one.joins)]))
    types, wanted = OPERATORS[operator].takes, OPERATORS[operator].value_count
    condition: dict[str, Any] = {"id": name, "says": "问", "operator": operator}
    if types:
        fact = draw(st.sampled_from([fact.name for fact in FACTS.values() if fact.type in types]))
        condition["fact"] = fact
        kind = FACTS[fact].type
        made_ways = [one for one in DERIVED if one.fact.type in types and operator != "first_reaches"]
        if made_ways and draw(st.booleans()):
            made = draw(st.sampled_from(made_ways))
            condition["fact"], kind = made.model_dump(exclude_unset=True), made.fact.type
        pool = [0, 0.01, 20_000_000, 99_999_999.99] if kind == "yuan" else POOLS[kind]
        size = draw(st.integers(1, 3)) if wanted is None else wanted
        values = draw(st.lists(st.sampled_from(pool), min_size=size, max_size=size))
        if operator == "within_years_of":
            values = [draw(st.integers(0, 5))]
        if FACTS[fact].type == "answers":
            values = draw(st.lists(st.sampled_from(["国产", "首台套"]), min_size=size, max_size=size))
        if operator == "first_reaches":
            condition |= {"fact": draw(st.sampled_from(["revenue_yuan", "staff_count"]))}
            values = [draw(st.sampled_from([1, 100, 130]))]
        if operator == "within_years_of":
            condition["of"] = draw(st.sampled_from(names(FACTS[fact].type)))
        if operator == "between":
            values.sort()
        if operator == "is_one_of" and kind == "text" and draw(st.booleans()):  # a word of some days only
            values[0] = {"word": values[0] or "词", draw(st.sampled_from(["first_day", "last_day"])): DAYS[3]}
        if values and draw(st.booleans()):  # by a decision
            setting = f"S{len(decisions)}"
            one = values if wanted is None else values[0]
            decisions.append(
                {"id": setting, "title": "定", "setting": one, "default": one, "says": "定", "since": DAYS[0]}
            )
            condition["value"] = [{"setting": setting}, *(values[1:] if wanted is not None else [])]
        elif values:
            condition["value"] = values if len(values) > 1 else values[0]
    if OPERATORS[operator].joins:
        condition["any_of"] = [draw(_condition(f"{name}.{n}", decisions, is_part=True)) for n in range(draw(st.integers(2, 3)))]
    if not is_part and draw(st.integers(0, 3)) == 0:
        condition["when"] = draw(st.sampled_from([{"list": ["a"]}, {"list": ["b", "c"], "level": ["national"]}]))
    if draw(st.integers(0, 3)) == 0:
        condition["otherwise"] = "needs_review"
    return condition


@st.composite
def _award(draw: st.DrawFn) -> dict[str, Any]:
    award = draw(_amount())
    if {"amount_yuan", "cap_yuan", "rate", "quantity", "bands"} & award.keys() and "floor_rate" not in award and draw(st.integers(0, 3)) == 0:
        award["tops_up"] = {"fact": "fee_yuan"}
    return award


@st.composite
def _amount(draw: st.DrawFn) -> dict[str, Any]:
    award: dict[str, Any] = {"words": "奖"}
    rate = st.sampled_from([0.005, 0.01, 0.03, 0.1, 0.333, 0.5, 1])
    shape = draw(st.sampled_from(["nothing", "amount", "cap", "rate", "bands", "bands", "floor", "floor and rate", "each", "steps"]))
    if shape in ("rate", "floor and rate"):
        award["rate"] = draw(rate)
        left_out = st.sampled_from([{"yuan": 20_000_000}, {"yuan": 0.01}, {"of": "revenue_yuan", "rate": 0.2}, {"of": "registered_capital_yuan"}])
        award |= {"over": draw(left_out)} if draw(st.booleans()) else {}
    if shape in ("floor", "floor and rate"):
        award["floor_rate"] = min(award.get("rate", 1), draw(rate))
    if shape == "bands":
        edges = sorted(
            draw(st.sets(st.sampled_from([0, 0.01, 1000, 20_000_000, 99_999_999.99, 10**9]), min_size=2, max_size=5))
        )
        tops = [*edges[1:], draw(st.sampled_from([None, edges[-1] * 2 + 1]))]
        award["bands"] = [
            {"at_least": low, "rate": draw(rate), **({"below": top} if top else {})}
            for low, top in zip(edges, tops, strict=True)
        ]
        award["bands_apply"] = draw(st.sampled_from(["whole", "marginal"]))
    if shape == "amount":
        award["amount_yuan"] = draw(st.sampled_from([0, 300_000, 0.01]))
        return award
    if shape in ("each", "steps"):
        award["quantity"] = draw(st.sampled_from([*names("number"), *names("yuan"), {"increase_of": "staff_count"}, {"sum_of": "revenue_yuan", "years": 2}]))
        amounts = st.sampled_from([0, 0.01, 30_000, 6_000_000.55])
        if shape == "steps":
            starts = sorted(draw(st.sets(st.sampled_from([0.01, 1, 2, 3, 20_000_000, 99_999_999.99]), min_size=1)))
            award["steps"] = [{"at_least": start, "amount_yuan": draw(amounts)} for start in starts]
            return award
        award["each"] = {"every": draw(st.sampled_from([1, 2, 3, 0.07, 1_000])), "amount_yuan": draw(amounts)}
        return award | ({"cap_yuan": draw(st.sampled_from([0, 100_000]))} if draw(st.booleans()) else {})
    if shape not in ("nothing", "cap"):
        award["base"] = draw(st.sampled_from([*names("yuan"), {"increase_of": "revenue_yuan"}, {"figure": "rd_expense_yuan", "year": -1}]))
    if shape == "cap" or (shape != "nothing" and draw(st.booleans())):
        caps = st.sampled_from([0, 0.01, 100_000, 6_000_000.55])
        if draw(st.booleans()):
            award["cap_yuan"] = draw(caps)
            award["may_float_up"] = draw(st.sampled_from([None, "is_exceptional"]))
        else:
            award["caps_by_grade"] = draw(st.dictionaries(st.sampled_from([1, 2, 4]), caps, min_size=1))
    return award


# --- both, on the same claims ---

ARROW = {
    "text": pa.string(), "yuan": pa.decimal128(18, 2), "number": pa.int64(), "day": pa.date32(), "boolean": pa.bool_(),
    "answer": pa.int8(), "answers": pa.string(), "yuans": pa.list_(pa.decimal128(18, 2)), "numbers": pa.list_(pa.int64()),
}  # fmt: skip
SCHEMA = pa.schema([("event_id", pa.string()), *((name, ARROW[kind]) for name, kind in COLUMNS.items())])


@dataclass(frozen=True)
class Claims:
    """A law and events; what differs is told by `compare`, not by the hundred rows."""

    policy: Policy
    query: str
    rows: list[Row]

    def __repr__(self) -> str:
        return f"{len(self.rows)} events"


def _claims(policy: Policy, size: int) -> st.SearchStrategy[Claims]:
    query = statement(programs_of(policy, next(iter(policy.documents))))
    return st.builds(Claims, st.just(policy), st.just(query), _rows(policy, size))


def compare(con: duckdb.DuckDBPyConnection, claims: Claims, seen: Counter[str]) -> None:
    """Ask both of every clause and row; `seen` counts the outcomes."""
    policy, facts = claims.policy, {f"e{number}": row for number, row in enumerate(claims.rows)}
    con.register(
        "facts", pa.Table.from_pylist([{**row, "event_id": event_id} for event_id, row in facts.items()], SCHEMA)
    )
    found = con.execute(claims.query).fetchall()
    answered = {(key.split("/")[-1].split("@")[0], event_id): tuple(rest) for key, event_id, *rest in found}
    assert len(answered) == len(found)  # one version of a clause answers an event
    for clause_id, versions in _clauses(policy).items():
        for event_id, row in facts.items():
            version = in_force(versions, row["qualified_on"])
            expected = reference(policy, version, row) if version else None
            given_facts = {key: value for key, value in row.items() if value is not None}
            assert answered.get((clause_id, event_id)) == expected, (version, given_facts)
            if expected is not None:
                seen[OUTCOMES[max(expected[0])]] += 1
    assert sum(seen.values()) >= len(found)


# no shrinking: what differs is told by clause and row
PLAN = settings(
    max_examples=50, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def test_the_committed_law_answers_as_the_plain_evaluator_does() -> None:
    seen: Counter[str] = Counter()
    laws = [
        law({"D2": how, "D7": start, "D8": where, "D9": mark, "D12": years})
        for how in ("whole", "marginal")
        for start, where, mark, years in (
            (date(2024, 1, 1), "urban", "list_or_industry", 3),
            (date(2023, 3, 1), "with_reference", "list_only", 1),
        )
    ]
    laws += load_policies(PROJECT / "data" / "policies" / "wenzhou")
    choices = st.one_of([_claims(policy, 60) for policy in laws])
    with duckdb.connect() as con:
        PLAN(given(choices)(lambda choice: compare(con, choice, seen)))()
    assert sum(seen.values()) > 2000
    assert set(seen) == set(OUTCOMES)


def test_any_law_answers_as_the_plain_evaluator_does() -> None:
    seen: Counter[str] = Counter()
    choices = _laws().flatmap(lambda policy: _claims(policy, 40))
    with duckdb.connect() as con:
        PLAN(given(choices)(lambda choice: compare(con, choice, seen)))()
    assert sum(seen.values()) > 3000
    assert set(seen) == set(OUTCOMES)
