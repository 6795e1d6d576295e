"""Read a policy folder strictly: `policy.yaml`, `decisions.yaml`, `measures/*.yaml` and the texts beside them."""

from pathlib import Path

from pipelines.base.errors import CityError, PolicyError
from pipelines.base.policies import chosen
from pipelines.base.strict import load, twice
from pipelines.matters import load_matters
from pipelines.policy.decision import Decisions
from pipelines.policy.model import Head, Measure, Policy
from pipelines.policy.prove import Proof
from pipelines.policy.vocabulary import Vocabulary, vocabulary


def load_policies(folder: Path, reference: Path | None = None) -> list[Policy]:
    """Every policy of a city, in the order of their folder names.

    With the city's `reference` data it is proved, too, that clauses select and ask only what some row of data can be.
    Raises PolicyError with all problems of all files at once, CityError when the reference data is not sound.
    """
    problems, words, unsound = list[str](), None, None
    try:
        words = vocabulary(reference) if reference else None
    except CityError as error:   # the policies are proved all the same, without its words
        unsound = error
    found = sorted(path for path in folder.glob("*") if path.is_dir() and not path.name.startswith("."))
    if not found:
        raise PolicyError(f"{folder}: no policy here. Add a folder with a policy.yaml.")
    policies = []
    for path in found:
        try:
            policies.append(load_policy(path, words))
        except PolicyError as error:
            problems.append(str(error))
    problems += twice([(policy.policy_id, f"{folder.name}/") for policy in policies], "policy_id")
    if problems:
        raise PolicyError("\n".join([*(str(unsound).splitlines() if unsound else ()), *problems]))
    if unsound:
        raise unsound
    return policies


def policy_of(folder: Path, asked: str | None = None) -> Policy:
    """The policy of a city that is asked for, or its only one. Raises PolicyError."""
    policies = load_policies(folder)
    meant = chosen([policy.policy_id for policy in policies], asked)
    return next(policy for policy in policies if policy.policy_id == meant)


def shared_clauses(policies: list[Policy]) -> list[str]:
    """A sentence for each clause id that several policies have: no error, ids are those of a policy."""
    owners: dict[str, list[str]] = {}
    for policy in policies:
        for clause in (clause for measure in policy.measures for clause in measure.clauses):
            owners.setdefault(clause.id, []).append(policy.policy_id)
    return [
        f"clause {clause_id} stands in {' and '.join(found)}: an application for it should name its policy (政策编号)."
        for clause_id, found in owners.items() if len(found) > 1
    ]  # fmt: skip


def load_policy(folder: Path, words: Vocabulary | None = None) -> Policy:
    """One policy, read and proved sound.

    Raises PolicyError naming file, clause, key and the mend, one line a problem.
    """
    problems: list[str] = []
    head = load(Head, path := folder / "policy.yaml", _name(path), problems)
    decisions = load(Decisions, path := folder / "decisions.yaml", _name(path), problems)
    matters = load_matters(folder, problems)
    paths = sorted((folder / "measures").glob("*"))
    if not paths:
        problems.append(f"{folder.name}/measures: holds no measure. Add a file for each.")
    measures = [(path, load(Measure, path, _name(path), problems)) for path in paths]
    if head is not None:
        read = [(_name(path), measure) for path, measure in measures if measure is not None]
        policy = Policy(
            **dict(head),
            decisions=decisions.decisions if decisions else [],
            measures=[measure for _, measure in read],
            matters=matters,
        )
        # what a file that could not be read may hold is not missed in the others
        is_whole = len(read) == len(measures)
        problems += Proof(policy, folder, [name for name, _ in read], decisions is not None, is_whole, words and words.with_matters(matters)).problems()
    if problems or head is None:
        raise PolicyError("\n".join(problems))
    return policy


def _name(path: Path) -> str:
    """`software/measures/m06.yaml`: a city may have several policies."""
    parents = path.parents
    return path.relative_to(parents[2] if path.parent.name == "measures" else parents[1]).as_posix()
