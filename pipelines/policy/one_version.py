"""A clause by one of its versions, of any document, on all days of another: what each would have paid on the same matters."""

from datetime import date
from typing import Any

from pipelines.base.errors import PolicyError
from pipelines.policy.model import Clause, Policy
from pipelines.policy.versions import days_of, versions_of

BY_DAY = "by_day"
"""As the law has it: a matter falls to the version of its day."""

Plain = dict[str, Any]


def names_of(policy: Policy, clause: Clause, document: str) -> dict[str, tuple[str, date]]:
    """Its versions that compute anything by what they are called here: document and first day. None where there is but one."""
    found = {
        f"{name}.{first_day}": (name, first_day)
        for name in dict.fromkeys([document, *policy.documents])
        for version in versions_of(clause, name) if version.trigger and (first_day := days_of(policy, version)[0])
    }  # fmt: skip
    return found if len(found) > 1 else {}


def with_version(policy: Policy, clause: Plain, document: str, named: Any, where: str) -> list[Plain]:
    """The versions of a clause (a map) with one in place of all that `document` has, on their days.

    What is asked of the qualifying day alone stays as `document` asks it: another text's days are another's.
    Raises PolicyError for a version there is not.
    """
    known = names_of(policy, Clause.model_validate(clause), document)
    if named == BY_DAY:
        return list(clause["versions"])
    if not isinstance(named, str) or named not in known:
        raise PolicyError(f"edits, {where}, version: there is no {named}. Use one of {', '.join([BY_DAY, *known])}.")
    own = sorted((version for version in clause["versions"] if version["document"] == document), key=lambda version: _first_day(policy, version))
    if not own:
        raise PolicyError(f"edits, {where}, version: {document} has nothing of this clause. Use a document that has, by `document`.")
    others = [version for version in clause["versions"] if version["document"] != document]
    found = next(v for v in clause["versions"] if (v["document"], _first_day(policy, v)) == known[named])
    of_day = {c.id for c in policy.conditions if _is_of_day(c.model_dump())}
    taken = {
        **found, "document": document, "first_day": own[0]["first_day"], "last_day": own[-1]["last_day"],
        "without": [*(id_ for id_ in found["without"] if id_ not in of_day), *(id_ for id_ in own[-1]["without"] if id_ in of_day)],
        "conditions": [*filter(_is_of_day, own[-1]["conditions"]), *(one for one in found["conditions"] if not _is_of_day(one))],
    }  # fmt: skip
    return [*others, taken]


def _first_day(policy: Policy, version: Plain) -> date:
    given: date | None = version["first_day"]
    return given or policy.resolve(policy.documents[version["document"]].first_day)


def _is_of_day(condition: Plain) -> bool:
    return condition["fact"] == "qualified_on" and condition["of"] is None
