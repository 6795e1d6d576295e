"""What a clause version asks, whom it charges, and on which days it is in force."""

from datetime import date
from itertools import chain

from pipelines.policy.condition import Condition
from pipelines.policy.model import Clause, Measure, Policy, Version


def stated(policy: Policy, version: Version) -> list[Condition]:
    """The conditions as they are written, those of the whole policy first."""

    def is_asked(shared: Condition) -> bool:
        """Not one of other kinds of events, nor one the clause leaves out."""
        kinds = shared.when.get("event_kind")
        return shared.id not in version.without and (
            not kinds or not set(kinds).isdisjoint(version.trigger.get("event_kind", kinds))
        )

    return [*filter(is_asked, policy.conditions), *version.conditions]


def conditions_of(policy: Policy, version: Version) -> list[Condition]:
    """The conditions of a clause version: those of the whole policy first, in the order they are asked."""
    return [policy.asked(condition) for condition in stated(policy, version)]


def departments_of(policy: Policy, measure: Measure, version: Version) -> list[str]:
    """Who is responsible: as the clause or its measure names them, then who is for every measure of the document."""
    of_every = [c.departments for c in policy.departments_of_every_measure if c.document == version.document]
    return list(dict.fromkeys(chain(version.departments or measure.departments, *of_every)))


def versions_of(clause: Clause, document: str) -> list[Version]:
    """The versions of a clause in one document, by their days."""
    return sorted((v for v in clause.versions if v.document == document), key=lambda v: v.first_day or date.min)


def days_of(policy: Policy, version: Version) -> tuple[date, date]:
    """First and last day a version is in force, both included."""
    document = policy.documents[version.document]
    return version.first_day or policy.resolve(document.first_day), version.last_day or document.last_day
