"""The shape of a policy and of its files. Unknown keys are errors; so is every value of the wrong type.

The words under each key are its description in the JSON Schema that an editor reads (`schema.py`).
"""

from datetime import date
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from pipelines.base.strict import Text, Texts
from pipelines.matters import Matter
from pipelines.policy.award import Award, Once
from pipelines.policy.cap import CapGroup
from pipelines.policy.condition import Condition
from pipelines.policy.decision import Decision
from pipelines.policy.instalment import Instalment, wrong_instalments
from pipelines.policy.values import FirstDay, Selection, Setting, Strict
from pipelines.policy.window import ApplicationWindow, Materials


class Coverage(Strict):
    """How much of the clause the rules hold."""

    status: Literal["encoded", "partly", "judgement", "not_encoded", "unseen"]
    """not_encoded and unseen compute nothing, and say so."""
    note: str = ""
    """What the text leaves open."""


class Version(Strict):
    """A clause as one document has it. Both days count; without days it runs as long as its document."""

    document: Text
    """One of the documents of policy.yaml."""
    first_day: date | None = None
    last_day: date | None = None
    coverage: Coverage
    quotes: Texts
    """The words of the clause, verbatim in the text of the document; wrapped lines may be joined."""
    departments: list[Text] = []
    """In place of those of the measure."""
    payer: Literal["unstated", "shared_city_district", "district", "district_or_park"] = "unstated"
    procedure: Literal["unstated", "selection", "case_by_case", "external_policy"] = "unstated"
    is_selective: bool = False
    """分档择优：符合条件，非当然享受."""
    trigger: Selection = {}
    """Which events ground a claim; every key given must fit."""
    without: list[Text] = []
    """Conditions of the whole policy that this clause does not share."""
    conditions: list[Condition] = []
    """What must hold besides the conditions of the whole policy, in the order they are asked."""
    award: Award
    once: Once | None = None
    instalments: list[Instalment] = []
    """The parts it is paid in, in their order; none: at once, or the text does not say."""
    application_window: ApplicationWindow | None = None
    """When an application may be handed in; left out where the text does not say (未载明)."""
    materials: Materials | None = None
    """Which documents an application asks for; left out where the text does not say."""

    @model_validator(mode="after")
    def _trigger_selects(self) -> Self:
        if self.coverage.status in ("not_encoded", "unseen"):
            if self.trigger or self.conditions:
                raise ValueError(
                    f"trigger: a clause that is {self.coverage.status} computes nothing. Leave trigger and conditions out"
                )
        elif "event_kind" not in self.trigger:
            raise ValueError("trigger: event_kind is missing. Say which events ground a claim")
        elif "matter" in self.trigger["event_kind"] and "matter" not in self.trigger:
            raise ValueError("trigger: matter is missing. Say which kinds of matters.yaml ground a claim")
        if wrong := wrong_instalments(self.instalments):
            raise ValueError(wrong)
        if self.instalments and self.award.floor_rate is not None:
            raise ValueError("instalments: are parts of an upper bound, and floor_rate is a lower one. Take one of them out")
        if self.first_day and self.last_day and self.first_day > self.last_day:
            raise ValueError(f"first_day: {self.first_day} lies after last_day {self.last_day}. Correct one")
        return self


    @property
    def asked(self) -> list[Condition]:
        """All it asks: of the claim, and of the parts it is paid in."""
        return [*self.conditions, *(condition for part in self.instalments for condition in part.conditions)]


class Title(Strict):
    zh: Text
    en: Text


class Clause(Strict):
    """One promise of the policy, with a permanent id and a version for each document that has it."""

    id: Text
    """Permanent: never changed, never given to another clause."""
    title: Title
    kind: Literal["award", "encouraged_local_award", "support_no_amount"] = "award"
    beneficiary: Literal["enterprise", "park"] = "enterprise"
    """Who claims; a park's award is paid to its operator (D16)."""
    versions: list[Version] = Field(min_length=1)


class NonMonetary(Strict):
    """A promise without money: listed and counted, never paid."""

    id: Text
    title: Title
    document: Text
    quotes: Texts
    """Verbatim in the text of the document."""


class Measure(Strict):
    """One measure of the policy: a file of its own under measures/."""

    measure: int = Field(ge=1)
    """Its number in the text."""
    title: Text
    chapter: Text
    departments: Texts
    """Who is responsible, in the order of the text."""
    clauses: list[Clause] = []
    non_monetary: list[NonMonetary] = []


class Document(Strict):
    """One text of the policy. Its quotes are proved against `text`, a file beside policy.yaml."""

    title: Text
    is_draft: bool
    text: Text
    """Name of the file."""
    first_day: FirstDay
    """The first day it holds, or `{setting: D7}` where the text does not say."""
    last_day: date
    """The last day it holds, itself included."""
    last_checked_on: date
    """When somebody last compared it with the source."""


class Charged(Strict):
    """Departments that one sentence of a document charges with every measure, so that the measures do not name them."""

    document: Text
    departments: Texts
    quote: Text
    """Verbatim in the text of the document."""


class Head(Strict):
    """policy.yaml: what a policy is and what holds for every clause of it."""

    policy_id: Text
    """Permanent and single within a city."""
    title: Text
    documents: dict[str, Document] = Field(min_length=1)
    """Short name of a text → the text."""
    figures: Literal["declared", "statistics"] | None = None
    """Where a firm's figures come from that clauses ask for (D20): what firms declared, or the statistics."""
    cap_groups: list[CapGroup] = []
    """Bounds over the awards of several clauses, or over those of a project's life."""
    departments_of_every_measure: list[Charged] = []
    """Responsible for every measure of a document besides those it names."""
    conditions: list[Condition] = []
    """Hold for every clause; a clause may list ids under `without`."""


class Policy(Head):
    """A whole policy, as the loader has put it together."""

    decisions: list[Decision] = []
    measures: list[Measure] = []
    matters: list[Matter] = []
    """The kinds of matters it declares (matters.yaml)."""

    def decision(self, decision_id: str) -> Decision:
        """The decision of that id; the loader has proved that there is one."""
        return next(d for d in self.decisions if d.id == decision_id)

    def setting_of(self, decision_id: str) -> Any:
        """What a decision is set to; None where the policy has no such decision."""
        return next((decision.setting for decision in self.decisions if decision.id == decision_id), None)

    def asked(self, condition: Condition) -> Condition:
        """The condition with the fact that its decision says; as it stands where no such decision is known."""
        if condition.any_of:
            return condition.model_copy(update={"any_of": [self.asked(part) for part in condition.any_of]})
        fact = condition.fact
        if not isinstance(fact, Setting) or fact.setting not in {d.id for d in self.decisions}:
            return condition
        return Condition.model_validate(condition.model_copy(update={"fact": self.resolve(fact)}).model_dump())

    def resolve(self, value: Any) -> Any:
        """The value itself, or that of the decision it points to."""
        return self.decision(value.setting).value if isinstance(value, Setting) else value

    def values_of(self, condition: Condition) -> list[Any]:
        """The values of a condition with settings replaced by what they stand for, lists flattened."""
        flat: list[Any] = []
        for value in map(self.resolve, condition.values):
            flat += value if isinstance(value, list) else [value]
        return flat
