"""What of a law a what-if may change: its figures, switches and decisions as rows, read off the law itself."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from pipelines.base.errors import PolicyError
from pipelines.base.scenarios import Scenario
from pipelines.policy.award import Award
from pipelines.policy.condition import Condition
from pipelines.policy.decision import Decision
from pipelines.policy.derived import type_of
from pipelines.policy.districts import districts_of, scope_of
from pipelines.policy.model import Clause, Measure, Policy, Version
from pipelines.policy.one_version import BY_DAY, names_of
from pipelines.policy.operators import OPERATORS

WAN = 10_000
# unit -> how much one of it is in the law, and the bounds a page offers (the model's own are stricter or wider)
UNITS: dict[str, tuple[int | Decimal, int, int]] = {
    "wan": (WAN, 0, 1_000_000),
    "percent": (Decimal("0.01"), 0, 100),
    "count": (1, 0, 1_000),
}


@dataclass(frozen=True)
class Term:
    """One thing that may be changed, and what the text says.

    `unit` is wan (万元), percent, count, day, choice or districts (codes joined by commas); `value` is in it. `part` says what of the clause it is.
    `path` is where the edit goes (pipelines/policy/whatif.py); a number in it is a place in a list.
    """

    key: str
    unit: str
    value: str
    part: str
    says: str
    quote: str | None
    path: tuple[str | int, ...]
    options: tuple[str, ...] = ()
    clause_id: str | None = None
    title: str | None = None
    measure_no: int | None = None
    measure_title: str | None = None

    @property
    def bounds(self) -> tuple[int, int] | None:
        """Lowest and highest figure a page offers, in the unit of the term; None of a day or a choice."""
        return UNITS[self.unit][1:] if self.unit in UNITS else None


def terms(policy: Policy, document: str) -> list[Term]:
    """Every figure, switch and open decision of a document: decisions and caps over several clauses first, then clauses in the order of the text."""
    found = [term for decision in policy.decisions if (term := _decision(decision))]
    found += [
        Term(f"{group.id}.group_cap_wan", "wan", _shown(group.cap_yuan, "wan"), "group_cap", group.says, group.quote, ("cap_groups", group.id, "cap_yuan"))
        for group in policy.cap_groups
        if group.document == document
    ]
    for measure in sorted(policy.measures, key=lambda m: m.measure):
        for clause in measure.clauses:
            versions = [version for version in clause.versions if version.document == document]
            if versions and versions[-1].trigger:  # a clause that computes nothing has nothing to change
                found += _clause(policy, measure, clause, versions[-1])
    return found


def rows(policy: Policy, document: str) -> list[dict[str, Any]]:
    """The same as plain rows, for a reader that knows nothing of policies."""
    return [{**asdict(term), "bounds": term.bounds} for term in terms(policy, document)]


def edits_of(policy: Policy, document: str, changes: dict[str, str]) -> dict[str, Any]:
    """Changes by term key, values as typed, into the edits `whatif` takes.

    Raises PolicyError for a key that is no term and a value that is not of its unit.
    """
    known = {term.key: term for term in terms(policy, document)}
    edits: dict[str, Any] = {"document": document}
    switched_off = []
    for key, text in changes.items():
        if key not in known:
            raise PolicyError(f"edits: {key} is no term of the document {document}. Take it out.")
        term, value = known[key], _value(known[key], text)
        if term.part != "switch":
            _put(edits, policy, term, value)
        elif value == "off":
            switched_off.append(term.clause_id)
    # Order matters: a clause that is off has no terms, whatever else was changed of it.
    for clause_id in switched_off:
        edits.setdefault("clauses", {})[clause_id] = None
    return edits


def edits_of_scenario(policy: Policy, scenario: Scenario) -> dict[str, Any]:
    """The edits of a kept scenario. Raises PolicyError, naming it, for a term that the law has no more."""
    try:
        return edits_of(policy, scenario.document, scenario.edits)
    except PolicyError as error:
        raise PolicyError(f"scenario {scenario.name} ({scenario.scenario_id}): {error}") from None


def _put(edits: dict[str, Any], policy: Policy, term: Term, value: Any) -> None:
    *way, last = term.path
    node: Any = edits
    for step in way:
        if step in ("bands", "steps"):  # a list without ids is edited whole
            node = node.setdefault(step, _whole(policy, str(term.clause_id), str(edits["document"]), str(step)))
        else:
            node = node[step] if isinstance(step, int) and isinstance(node, list) else node.setdefault(step, {})
    node[last] = value


def _whole(policy: Policy, clause_id: str, document: str, key: str) -> list[dict[str, Any]]:
    version = next(
        v for m in policy.measures for c in m.clauses if c.id == clause_id for v in c.versions if v.document == document
    )
    return [{name: float(value) for name, value in part.model_dump(exclude_none=True).items()} for part in getattr(version.award, key)]


def _value(term: Term, text: str) -> Any:
    """What was typed, as the law writes it."""
    if term.unit == "districts":
        return text.split(",")
    if term.unit == "choice":
        if text not in term.options:
            raise PolicyError(f"edits, {term.key}: {text!r} is no option. Use one of {', '.join(term.options)}.")
        return text
    try:
        if term.unit == "day":
            return date.fromisoformat(text)
        figure = Decimal(text) * UNITS[term.unit][0]
        if not figure.is_finite():
            raise InvalidOperation
    except (ValueError, InvalidOperation):
        wanted = "a day such as 2025-12-31" if term.unit == "day" else "a figure"
        raise PolicyError(f"edits, {term.key}: {text!r} is not {wanted}. Correct it.") from None
    return int(figure) if figure == figure.to_integral_value() else float(figure)


def _decision(decision: Decision) -> Term | None:
    """A decision that leaves a choice, a day or a number; one reading without another is no term."""
    if len(decision.options) > 1:
        unit, value, options = "choice", str(decision.setting), tuple(map(str, decision.options))
    elif not decision.options and isinstance(decision.setting, date):
        unit, value, options = "day", decision.setting.isoformat(), ()
    elif not decision.options and isinstance(decision.setting, int):
        unit, value, options = "count", str(decision.setting), ()
    else:
        return None
    return Term(
        decision.id, unit, value, "decision", decision.says, decision.quote, ("decisions", decision.id, "setting"),
        options, title=decision.title,
    )  # fmt: skip


def _clause(policy: Policy, measure: Measure, clause: Clause, version: Version) -> Iterator[Term]:
    versions = names_of(policy, clause, version.document)
    of_version = [("version", "choice", BY_DAY, "version", clause.title.zh, ("version",))] if versions else []
    choices = {"switch": ("on", "off"), "version": (BY_DAY, *versions), "districts": tuple(districts_of(policy))}
    for name, unit, value, part, says, path in (
        ("is_on", "choice", "on", "switch", clause.title.zh, ()), *of_version, *_districts(policy, version), *_award(version.award), *_conditions(version),
    ):  # fmt: skip
        shown = value if unit in _OPTIONS else _shown(value, unit)
        options = choices.get(part, ())
        yield Term(
            f"{clause.id}.{name}", unit, shown, part, says, "\n".join(version.quotes), ("clauses", clause.id, *path),
            options, clause.id, clause.title.zh, measure.measure, measure.title,
        )  # fmt: skip


_OPTIONS = ("choice", "districts")


def _districts(policy: Policy, version: Version) -> Iterator[tuple[str, str, Any, str, str, tuple[str | int, ...]]]:
    """The districts for which the clause holds: those of the policy, until it has its own."""
    shared = scope_of(policy)
    if shared is not None and shared.id not in version.without:
        yield "districts", "districts", ",".join(map(str, policy.values_of(shared))), "districts", shared.says, ("districts",)


def _award(award: Award) -> Iterator[tuple[str, str, Any, str, str, tuple[str | int, ...]]]:
    for key in ("amount_yuan", "cap_yuan", "total_cap_yuan"):
        if (value := getattr(award, key)) is not None:
            yield key.replace("yuan", "wan"), "wan", value, key, award.words, ("award", key)
    for grade, cap in award.caps_by_grade.items():
        yield f"cap_{grade}_wan", "wan", cap, "cap_by_grade", f"{grade} 级", ("award", "caps_by_grade", grade)
    if award.share_of is not None:
        yield "share_of_percent", "percent", award.share_of.rate, "rate", award.words, ("award", "share_of", "rate")
    if award.over is not None:
        unit, key = ("wan", "yuan") if award.over.yuan is not None else ("percent", "rate")
        if (value := getattr(award.over, key)) is not None:
            yield f"over_{unit}", unit, value, f"over_{key}", award.words, ("award", "over", key)
    if award.each is not None:
        yield "each_wan", "wan", award.each.amount_yuan, "each", award.words, ("award", "each", "amount_yuan")
    for place, step in enumerate(award.steps):
        yield f"step_{place + 1}_wan", "wan", step.amount_yuan, "step", f"{step.at_least:f} 起", ("award", "steps", place, "amount_yuan")
    for key in ("rate", "floor_rate"):
        if (value := getattr(award, key)) is not None and value != 1:
            yield f"{key}_percent", "percent", value, key, award.words, ("award", key)
    for place, band in enumerate(award.bands):
        says = f"{_shown(band.at_least, 'wan')} 万元（含）起" + (
            f"，不足 {_shown(band.below, 'wan')} 万元" if band.below is not None else ""
        )
        yield f"band_{place + 1}_percent", "percent", band.rate, "band", says, ("award", "bands", place, "rate")


def _conditions(version: Version) -> Iterator[tuple[str, str, Any, str, str, tuple[str | int, ...]]]:
    """Thresholds with a figure of their own; one that points to a decision is changed there."""
    places: list[tuple[tuple[str | int, ...], Condition]] = [((), condition) for condition in version.conditions]
    places += [(("instalments", at), condition) for at, one in enumerate(version.instalments) for condition in one.conditions]
    for place, condition in places:
        for part in condition.parts:
            if OPERATORS[part.operator].is_threshold and (unit := _unit(part)):
                path = (*place, "conditions", condition.id, *(("any_of", part.id) if condition.any_of else ()), "value")
                yield f"{part.id}_wan" if unit == "wan" else part.id, unit, part.value, "threshold", part.says, path


def _unit(condition: Condition) -> str | None:
    if isinstance(condition.value, bool) or not isinstance(condition.value, int | float):
        return None
    return {"yuan": "wan", "number": "count", "share": "percent"}.get(OPERATORS[condition.operator].value_type or type_of(condition.fact) or "")


def _shown(value: Any, unit: str) -> str:
    figure = (Decimal(str(value)) / UNITS[unit][0]).normalize()
    return f"{figure:f}"
