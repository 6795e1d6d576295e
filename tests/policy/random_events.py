"""Random events for a law: their facts lie at and beside every edge it names, or are missing."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from pipelines.policy.condition import Condition
from pipelines.policy.derived import Derived
from pipelines.policy.facts import BY_WORD, COLUMNS, EVENT_KEYS, FACTS
from pipelines.policy.model import Policy, Version
from pipelines.policy.values import DatedWord, Setting
from pipelines.policy.versions import conditions_of
from tests.policy.plain import MET, NOT_MET, REVIEW, UNKNOWN, Row, anniversary, answer_of

FEN = Decimal("0.01")
WORDS = ["软件", "工业软件", "硬件", "it's", "50%_软件", "软\\n件", ""]
DAYS = [date(2020, 2, 29), date(2021, 2, 28), date(2023, 12, 31), date(2024, 2, 29), date(2025, 12, 31)]
POOLS: dict[str, list[Any]] = {
    "text": WORDS, "yuan": [Decimal(0), FEN, Decimal("123456789.01")], "number": [0, 1, 2, 3, 4, 5], "day": DAYS,
    "boolean": [True, False], "answer": [MET, REVIEW, UNKNOWN, NOT_MET], **{key: ["国产=是；首台套=否", "首台套=是", "非国产=是"] for key in BY_WORD},
    "share": [0, 0.1, 0.3, 1],
    "yuans": [[Decimal(0), Decimal(100)], [Decimal(100)], [None, Decimal(1000)], [FEN, FEN, FEN], [Decimal("123456789.01"), None, Decimal(100)]],
    "numbers": [[0, 2], [2], [None, 3], [1, 4, 2]],
}  # fmt: skip


def edges_of(policy: Policy) -> dict[str, set[Any]]:
    """For each fact what the law names of it, a step below and above, and beside a day the anniversaries."""
    edges: dict[str, set[Any]] = {fact.name: set(POOLS[fact.type]) for fact in FACTS.values()}
    edges |= {key: {"else"} for key in EVENT_KEYS}
    for version in versions_of(policy):
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
        for condition in asking(policy, version):
            for value in condition.values:
                found = policy.decision(value.setting).value if isinstance(value, Setting) else value
                for one in found if isinstance(found, list) else [found]:
                    if isinstance(condition.fact, Derived):
                        continue
                    if isinstance(one, DatedWord):
                        edges[str(condition.fact)] |= {one.word}
                        for day in filter(None, (one.first_day, one.last_day)):
                            edges["qualified_on"] |= _beside("day", day)
                    elif FACTS[str(condition.fact)].type in BY_WORD:
                        continue
                    elif condition.operator == "within_years_of":
                        ends = {anniversary(day, one) for day in edges[condition.of or ""]}
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


def asking(policy: Policy, version: Version) -> list[Condition]:
    """The conditions that ask about a fact."""
    return [part for condition in conditions_of(policy, version) for part in condition.parts]


def clauses_of(policy: Policy) -> dict[str, list[Version]]:
    document = next(iter(policy.documents))
    found = {c.id: [v for v in c.versions if v.document == document] for m in policy.measures for c in m.clauses}
    return {clause_id: versions for clause_id, versions in found.items() if any(v.trigger for v in versions)}


def versions_of(policy: Policy) -> list[Version]:
    return [version for versions in clauses_of(policy).values() for version in versions if version.trigger]


def random_events(policy: Policy, size: int) -> st.SearchStrategy[list[Row]]:
    edges = {key: sorted(values, key=str) for key, values in edges_of(policy).items()}
    return st.lists(st.one_of([_row(policy, v, edges) for v in versions_of(policy)]), min_size=size, max_size=size)


def _row(policy: Policy, version: Version, edges: dict[str, list[Any]]) -> st.SearchStrategy[Row]:
    """An event that mostly grounds a claim under this version; what the version does not ask is missing."""
    missing: Row = dict.fromkeys(COLUMNS)
    wanted: dict[str, st.SearchStrategy[Any]] = {"qualified_on": st.sampled_from([*edges["qualified_on"], None])}
    for condition in asking(policy, version):
        if isinstance(condition.fact, Derived) or condition.operator == "first_reaches":
            wanted |= {name: one for name, one in _years(condition.fact).items() if name not in wanted}
            continue
        for fact in map(str, filter(None, (condition.fact, condition.of))):
            good = [v for v in edges[fact] if answer_of(policy, condition, missing | {fact: v}) == MET]
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
    for condition in asking(policy, version):
        if condition.operator == "within_years_of" and step is not None and row[condition.of or ""] is not None:
            (years,) = [policy.decision(v.setting).value if isinstance(v, Setting) else v for v in condition.values]
            row |= {str(condition.fact): anniversary(row[condition.of or ""], years) + timedelta(step)}
    return row


def _anything(kind: str) -> st.SearchStrategy[Any]:
    if kind == "yuan":
        return st.integers(0, 10**12).map(lambda fen: fen * FEN)
    if kind == "day":
        return st.dates(date(2019, 1, 1), date(2027, 12, 31))
    return st.sampled_from(POOLS[kind])
