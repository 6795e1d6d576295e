"""The cases of a policy, asked of the law by the evaluator that builds run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

import duckdb
import pyarrow as pa
import yaml

from pipelines.base.errors import PolicyError
from pipelines.policy.cases import ANSWERS, NO_CLAIM, OUTCOMES, Asked, Then
from pipelines.policy.evaluator import explanation, programs_of, statement
from pipelines.policy.facts import BY_WORD, COLUMNS
from pipelines.policy.model import Policy
from pipelines.policy.operators import OPERATORS
from pipelines.policy.settle import clause_key
from pipelines.policy.versions import conditions_of

ARROW = {
    "text": pa.string(), "yuan": pa.decimal128(18, 2), "number": pa.int64(), "day": pa.date32(), "boolean": pa.bool_(), "answer": pa.int8(), **dict.fromkeys(BY_WORD, pa.string()),
    "yuans": pa.list_(pa.decimal128(18, 2)), "numbers": pa.list_(pa.int64()),
}  # fmt: skip
SCHEMA = pa.schema([("event_id", pa.string()), *((name, ARROW[kind]) for name, kind in COLUMNS.items())])
"""Facts of events, as a table of Arrow that the evaluator asks."""


@dataclass(frozen=True)
class Found:
    """What the law answers: an outcome or no claim, its bound, and the condition that decides with the words for it."""

    outcome: str
    bound: Decimal | None = None
    because: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Ran:
    """A case and what was found; `wrong` tells in words where they differ, None where they agree or nothing is expected yet."""

    asked: Asked
    found: Found
    wrong: str | None

    @property
    def is_to_fill(self) -> bool:
        return self.asked.case.then is None


def with_settings(policy: Policy, settings: Mapping[str, Any]) -> Policy:
    """The policy read under other settings of its decisions."""
    decisions = [d.model_copy(update={"setting": settings.get(d.id, d.setting)}) for d in policy.decisions]
    return policy.model_copy(update={"decisions": decisions})


def run_cases(policy: Policy, asked: list[Asked]) -> list[Ran]:
    """Each case with what the law answers, in their order. Raises PolicyError where a figure is too large to be asked about."""
    found: dict[int, Found] = {}
    ranked = {
        clause.id
        for measure in policy.measures for clause in measure.clauses for version in clause.versions
        if any(OPERATORS[condition.operator].ranks for condition in version.conditions)
    }  # fmt: skip

    def together_with(one: tuple[int, Asked]) -> tuple[tuple[str, str, str], int]:
        """Cases of a clause that ranks its claims are no rivals of each other."""
        return _law_of(one[1]), one[0] if one[1].clause_id in ranked else -1

    numbered = sorted(enumerate(asked), key=together_with)
    with duckdb.connect() as con:
        for _, together in groupby(numbered, key=together_with):
            found |= _answers(con, policy, list(together))
    return [Ran(one, found[number], _difference(one, found[number])) for number, one in enumerate(asked)]


def _law_of(asked: Asked) -> tuple[str, str, str]:
    return yaml.safe_dump(asked.case.under), asked.document, asked.clause_id


def _answers(con: duckdb.DuckDBPyConnection, policy: Policy, asked: list[tuple[int, Asked]]) -> dict[int, Found]:
    """Of cases of one clause under the same settings."""
    first = asked[0][1]
    law = with_settings(policy, first.case.under)
    clause = next(clause for measure in law.measures for clause in measure.clauses if clause.id == first.clause_id)
    conditions = {clause_key(law, clause, v): conditions_of(law, v) for v in clause.versions if v.document == first.document}
    programs = programs_of(law, first.document, first.clause_id)
    if not programs:   # it computes nothing
        return {number: Found(NO_CLAIM) for number, _ in asked}
    try:
        rows = [{"event_id": str(number), **{name: _stored(name, value) for name, value in one.known.items()}} for number, one in asked]
        con.register("facts", pa.Table.from_pylist(rows, SCHEMA))
    except (pa.ArrowException, OverflowError) as error:
        raise PolicyError(f"{first.file}, clause {first.clause_id}: {error}. Correct the figure.") from None
    told = con.execute(explanation(programs)).fetchall() if any(one.case.reason for _, one in asked) else []
    reasons = {(key, event, order): reason for key, event, order, _, reason in told}
    found = {number: Found(NO_CLAIM) for number, _ in asked}
    for key, event, answers, ceiling, floor, *_ in con.execute(statement(programs)).fetchall():
        deciding = answers.index(max(answers))
        found[int(event)] = Found(
            OUTCOMES[max(answers)], floor if floor is not None else ceiling, conditions[key][deciding].id, reasons.get((key, event, deciding + 1)),
        )
    return found


def _stored(name: str, value: Any) -> Any:
    kind = COLUMNS[name]
    if kind == "yuans" and value is not None:
        return [None if one is None else Decimal(str(one)) for one in value]
    if value is None or kind not in ("answer", "yuan"):
        return value
    return ANSWERS[value] if kind == "answer" else Decimal(str(value))


def _difference(asked: Asked, found: Found) -> str | None:
    case = asked.case
    if case.then is None:
        return None
    parts = list(_parts(case.then, found))
    if found.outcome != NO_CLAIM:
        parts += [f"{case.because} should decide, {found.because} does"] if case.because not in (None, found.because) else []
        parts += [f"「{case.reason}」 should be told, {f'「{found.reason}」 is' if found.reason else 'nothing is'}"] if case.reason not in (None, found.reason) else []
    return "; ".join(parts) or None


def _parts(then: Then, found: Found) -> Iterator[str]:
    if then.outcome != found.outcome:
        because = f", because of {found.because}" if found.because and found.outcome != "eligible" else ""
        yield f"{then.outcome} is expected, {found.outcome} comes out{because}"
    if then.has_bound and then.bound != found.bound:
        yield f"{_yuan(then.bound)} is expected, {_yuan(found.bound)} comes out"


def _yuan(bound: Decimal | None) -> str:
    return "no bound" if bound is None else f"{bound:,.2f} yuan"
