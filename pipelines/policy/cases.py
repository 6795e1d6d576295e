"""Cases of a policy as files beside it (`cases/*.yaml`): what is known of an event, and the answer the law must give.

A case without its answer waits for a person: nothing here guesses what the text means.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, BeforeValidator, Field, RootModel, WithJsonSchema, model_validator

from pipelines.base.errors import PolicyError
from pipelines.base.strict import Text, load, twice
from pipelines.policy.facts import BY_WORD, COLUMNS, EVENT_KEYS
from pipelines.policy.load import load_policy
from pipelines.policy.model import Policy, Version
from pipelines.policy.values import Strict
from pipelines.policy.versions import conditions_of

FOLDER = "cases"
Outcome = Literal["eligible", "needs_review", "undetermined", "not_eligible"]
OUTCOMES: tuple[str, ...] = get_args(Outcome)   # by the worst answer
ANSWERS = {"met": 0, "needs_review": 1, "unknown": 2, "not_met": 3}
NO_CLAIM = "no claim"

_TYPES: dict[str, tuple[Any, str]] = {
    "text": (str, "text. Put it in quotes"),
    "yuan": (int | float, "a figure. Write digits without quotes, such as 9999999.99"),
    "number": (int | float, "a figure. Write digits without quotes, such as 3"),
    "day": (date, "a day. Write it without quotes, such as 2025-12-31"),
    "boolean": (bool, "true or false. Write one of them without quotes"),
    "answers": (str, "answers. Write them as 国产=是；首台套=否"),
    "titles": (str, "titles. Write them as specialised_sme/provincial=是"),
    "yuans": (list, "a list of figures, the last year first. Write it as [9999999.99, null]"),
    "numbers": (list, "a list of figures. Write it as [3, null]"),
    "answer": (str, f"an answer. Use one of {', '.join(ANSWERS)}"),
}
_SCHEMAS: dict[str, dict[str, Any]] = {
    "text": {"type": ["string", "null"]}, "yuan": {"type": ["number", "null"]}, "number": {"type": ["number", "null"]},
    "day": {"type": ["string", "null"], "format": "date"}, "boolean": {"type": ["boolean", "null"]}, "answer": {"enum": [*ANSWERS, None]},
    **{key: {"type": ["string", "null"]} for key in BY_WORD},
    **{key: {"type": ["array", "null"], "items": {"type": ["number", "null"]}} for key in ("yuans", "numbers")},
}  # fmt: skip


def _known(given: dict[str, Any]) -> dict[str, Any]:
    for name, value in given.items():
        if name not in COLUMNS:
            raise ValueError(f"{name}: is nothing that is known of an event. Use one of {', '.join(COLUMNS)}")
        types, words = _TYPES[COLUMNS[name]]
        is_flag = isinstance(value, bool) and types is not bool
        fits = isinstance(value, types) and not is_flag and not isinstance(value, datetime)
        if isinstance(value, list):
            fits = fits and all(one is None or (isinstance(one, int | float) and not isinstance(one, bool)) for one in value)
        if value is not None and not (fits and (COLUMNS[name] != "answer" or value in ANSWERS)):
            raise ValueError(f"{name}: {value!r} is not {words}")
        if (known := EVENT_KEYS.get(name)) and known.words and value is not None and value not in known.words:
            raise ValueError(f"{name}: {value} does not exist. Use one of {', '.join(known.words)}")
    return given


@dataclass(frozen=True)
class Then:
    """The answer: an outcome or no claim; with `has_bound` the bound in yuan too, None where none is stated."""

    outcome: str
    has_bound: bool = False
    bound: Decimal | None = None


def _then(value: Any) -> Then | None:
    outcome, *bounds = value if isinstance(value, list) and value else [value]
    if outcome is None and not bounds:
        return None
    if outcome not in (*OUTCOMES, NO_CLAIM):
        raise ValueError(f"{outcome!r} is no outcome. Use one of {', '.join(OUTCOMES)}, {NO_CLAIM}; leave it blank where it is to be filled")
    is_sum = all(b is None or (isinstance(b, int | float) and not isinstance(b, bool)) for b in bounds)
    if len(bounds) > 1 or not is_sum or (bounds and outcome == NO_CLAIM):
        raise ValueError(f"{value!r} is no answer. Write the outcome alone, or with its bound in yuan: [eligible, 500000]")
    return Then(outcome, bool(bounds), None if not bounds or bounds[0] is None else Decimal(str(bounds[0])))


_FACTS = {"type": "object", "additionalProperties": False, "properties": {name: _SCHEMAS[kind] for name, kind in COLUMNS.items()}}
_BOUND = {"type": "array", "prefixItems": [{"enum": list(OUTCOMES)}, {"type": ["number", "null"]}], "minItems": 2, "maxItems": 2}
_THEN = {"anyOf": [{"enum": [*OUTCOMES, NO_CLAIM, None]}, _BOUND]}
Known = Annotated[dict[str, Any], AfterValidator(_known), WithJsonSchema(_FACTS)]
Answer = Annotated[Then | None, BeforeValidator(_then), WithJsonSchema(_THEN)]


class Case(Strict):
    """One event, and what the law says of it."""

    says: Text
    """The case as a sentence; single for its clause."""
    changed: Known = Field(default={}, alias="with")
    """What is known otherwise than `given`; null is not known."""
    under: dict[str, Any] = {}
    """Decisions set otherwise: D7: 2024-07-01."""
    then: Answer
    """The outcome, or [outcome, bound in yuan]; `no claim` where the event grounds none; blank while it is to be filled."""
    because: Text | None = None
    """Id of the condition that decides."""
    reason: Text | None = None
    """The words told for that condition."""


class OfClause(Strict):
    """Cases of one clause, or of several that share them."""

    given: Known = {}
    """What is known of an event where a case does not say otherwise; one firm is named on its line where nothing is said."""
    of: list[Text] = []
    """In place of `given`: clauses that are all asked these cases, each with its own `given`."""
    document: Text | None = None
    """Which document of policy.yaml is asked; left out: the first one."""
    cases: list[Case] = []

    @model_validator(mode="after")
    def _has_ground(self) -> Self:
        if bool(self.of) == bool(self.given):
            raise ValueError("given: cases stand on what is given of a clause, or share that of clauses under `of`. Write one of the two")
        return self


class CaseFile(RootModel[dict[str, OfClause]]):
    """A clause id → what is given and its cases; another name → cases that several clauses share."""


@dataclass(frozen=True)
class Asked:
    """A case as it is asked."""

    file: str
    clause_id: str
    document: str
    case: Case
    known: dict[str, Any]

    @property
    def where(self) -> str:
        return f"{self.file}, clause {self.clause_id}, case {self.case.says}"


def load_cases(folder: Path, policy: Policy) -> list[Asked]:
    """The cases of the policy in `folder`, in the order of files and clauses; none where it has no `cases/`.

    Raises PolicyError with all problems at once, each naming file, clause, key and mend.
    """
    problems: list[str] = []
    found = _read(folder, problems)
    is_whole = not problems
    problems += twice([(key, name) for name, key, _ in found], "clause or group")
    clauses = {clause.id: clause.versions for measure in policy.measures for clause in measure.clauses}
    given = {key: (name, of) for name, key, of in found if of.given}
    asked = []
    for name, key, of in found:
        for clause_id in of.of or [key]:
            where = f"{name}, {key}" + (f", of {clause_id}" if of.of else "")
            ground = given.get(clause_id)
            document = of.document or (ground[1].document if ground else None) or next(iter(policy.documents))
            versions = [version for version in clauses.get(clause_id, []) if version.document == document]
            if clause_id not in clauses:
                problems.append(f"{where}: is not a clause of {policy.policy_id}. Correct the id; cases of several clauses say `of`.")
            elif not versions:
                problems.append(f"{where}: has no version in document {document}. Correct the document.")
            elif not ground:   # or it stands in a file that could not be read
                problems += [f"{where}: nothing is given of this clause. Add it with `given` and `cases`."] if is_whole else []
            else:
                problems += _misfits(where, of, policy, versions)
                asked += [Asked(name, clause_id, document, case, {"named_firm_count": 1} | ground[1].given | case.changed) for case in of.cases]
    problems += twice([(f"{one.clause_id} {one.case.says}", one.file) for one in asked], "case")
    if problems:
        raise PolicyError("\n".join(dict.fromkeys(problems)))
    return asked


def _read(folder: Path, problems: list[str]) -> list[tuple[str, str, OfClause]]:
    """File, key and cases of each entry of the files that could be read."""
    found = []
    for path in sorted((folder / FOLDER).glob("*")):
        name = f"{folder.name}/{FOLDER}/{path.name}"
        content = load(CaseFile, path, name, problems)
        found += [(name, key, of) for key, of in (content.root if content else {}).items()]
    return found


def load_all_cases(folder: Path) -> list[Asked]:
    """The cases of every policy of a city. Raises PolicyError with the problems of all of them."""
    found, problems = list[Asked](), list[str]()
    for path in sorted(path.parent for path in folder.glob("*/policy.yaml")):
        try:
            found += load_cases(path, load_policy(path))
        except PolicyError as error:   # of a policy that is not sound, the shape of its cases is told all the same
            problems.append(str(error))
            _read(path, problems)
    if problems:
        raise PolicyError("\n".join(problems))
    return found


def _misfits(where: str, of: OfClause, policy: Policy, versions: list[Version]) -> Iterator[str]:
    """Decisions and conditions that a case names and the policy has not."""
    decisions = {decision.id: decision for decision in policy.decisions}
    conditions = dict.fromkeys(condition.id for version in versions for condition in conditions_of(policy, version))
    for case in of.cases:
        for decision_id, setting in case.under.items():
            decision = decisions.get(decision_id)
            if decision is None:
                yield f"{where}, case {case.says}, under: {decision_id} is not in decisions.yaml. Add it there or correct the id."
            elif decision.options and str(setting) not in decision.options:
                yield f"{where}, case {case.says}, under, {decision_id}: {setting} is no option. Use one of {', '.join(decision.options)}."
            elif not decision.options and type(setting) is not type(decision.default):
                yield f"{where}, case {case.says}, under, {decision_id}: {setting!r} is not a {type(decision.default).__name__} like its default. Correct it."
        if case.because and case.because not in conditions:
            yield f"{where}, case {case.says}, because: {case.because} is no condition of it. Use one of {', '.join(conditions)}."
