"""The shape of a policy file. Unknown keys are errors; so is every value of the wrong type.

The words under each key are its description in the JSON Schema that an editor reads (`schema.py`).
"""

import math
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from pipelines.policy.facts import EVENT_KEYS, FACTS, names, type_of
from pipelines.policy.operators import OPERATORS
from pipelines.strict import STRICT, Text, Texts


def _figure(value: Any) -> Decimal:
    """True and "5" and 5e6, which YAML reads as text, are no figures."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a figure. Write digits without quotes, such as 5_000_000 or 0.1")
    return Decimal(str(value))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime) or not isinstance(value, bool | int | float | date | str):
        raise ValueError(f"{value!r} is not a figure, a day, text, true or false. Write one, or {{setting: D7}}")
    return value


def _kind(value: Any) -> str:
    return "<setting>" if isinstance(value, dict | Setting) else "<plain>"


def _kind_of_word(value: Any) -> str:
    is_dated = isinstance(value, DatedWord) or (isinstance(value, dict) and "word" in value)
    return "<dated>" if is_dated else _kind(value)


def _kind_or_list(value: Any) -> str:
    return "<list>" if isinstance(value, list) else _kind_of_word(value)


# Editors read YAML 1.2, to which 5_000_000 is text; the pattern lets it through.
_GROUPED = {"type": "string", "pattern": r"^\d{1,3}(_\d{3})*(\.\d{1,2})?$"}
_YUAN = {"anyOf": [{"type": "number", "minimum": 0}, _GROUPED]}
_RATE = {"type": "number", "exclusiveMinimum": 0, "maximum": 1}

Yuan = Annotated[Decimal, BeforeValidator(_figure), Field(ge=0, decimal_places=2), WithJsonSchema(_YUAN)]
Rate = Annotated[Decimal, BeforeValidator(_figure), Field(gt=0, le=1), WithJsonSchema(_RATE)]
Operator = Annotated[Text, Field(json_schema_extra={"enum": list(OPERATORS)})]
Fact = Annotated[Text, Field(json_schema_extra={"enum": list(FACTS)})]
YuanFact = Annotated[Text, Field(json_schema_extra={"enum": names("yuan")})]
YesNoFact = Annotated[Text, Field(json_schema_extra={"enum": names("boolean")})]
_SELECTION = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        key: {"type": "array", "minItems": 1, "items": {"type": "string"} | ({"enum": list(known.words)} if known.words else {})}
        for key, known in EVENT_KEYS.items()
    },
}


def _selection(keys: dict[str, list[str]]) -> dict[str, list[str]]:
    """Raises ValueError for a key or word that no event can have."""
    for key, words in keys.items():
        if key not in EVENT_KEYS:
            raise ValueError(f"{key}: is nothing to select events by. Use one of {', '.join(EVENT_KEYS)}")
        known = EVENT_KEYS[key].words
        if known and (gone := [word for word in words if word not in known]):
            raise ValueError(f"{key}: {', '.join(gone)} does not exist. Use one of {', '.join(known)}")
    return keys


Selection = Annotated[dict[str, Texts], AfterValidator(_selection), WithJsonSchema(_SELECTION)]


class Strict(BaseModel):
    model_config = STRICT


class Setting(Strict):
    """A value that is not in the law but in a decision: `{setting: D7}`."""

    setting: Text
    """Id of a decision in decisions.yaml."""


class DatedWord(Strict):
    """A word that is_one_of looks for only among events of certain days, both included."""

    word: Text
    first_day: date | None = None
    last_day: date | None = None

    @model_validator(mode="after")
    def _days_follow(self) -> Self:
        if self.first_day and self.last_day and self.first_day > self.last_day:
            raise ValueError(f"first_day: {self.first_day} lies after last_day {self.last_day}. Correct one")
        return self

    def __str__(self) -> str:
        days = [f"{self.first_day}起" if self.first_day else "", f"至{self.last_day}" if self.last_day else ""]
        return f"{self.word}（{''.join(days)}）" if any(days) else self.word

    __repr__ = __str__


# One branch is chosen before it is checked, so that a wrong value gives one message, not one for each branch.
_PLAIN = {"type": ["boolean", "number", "string"]}
Plain = Annotated[bool | int | float | date | str, BeforeValidator(_plain), WithJsonSchema(_PLAIN)]
_One = Annotated[Setting, Tag("<setting>")] | Annotated[DatedWord, Tag("<dated>")] | Annotated[Plain, Tag("<plain>")]
Value = Annotated[_One, Discriminator(_kind_of_word)]
Values = Annotated[_One | Annotated[list[Value], Tag("<list>")], Discriminator(_kind_or_list)]
AskedFact = Annotated[Annotated[Setting, Tag("<setting>")] | Annotated[Fact, Tag("<plain>")], Discriminator(_kind)]
FirstDay = Annotated[Annotated[Setting, Tag("<setting>")] | Annotated[date, Tag("<plain>")], Discriminator(_kind)]
Repeat = Annotated[
    Annotated[Setting, Tag("<setting>")] | Annotated[Literal["each_event", "increase"], Tag("<plain>")], Discriminator(_kind)
]
BandsApply = Annotated[
    Annotated[Setting, Tag("<setting>")] | Annotated[Literal["whole", "marginal"], Tag("<plain>")], Discriminator(_kind)
]


class Decision(Strict):
    """How one doubt of the text is settled: 按默认解读, never the government's word.

    With `options`, `setting` names one of them; without, it is the value itself.
    """

    id: Text
    """Permanent id, such as D7; clauses point to it."""
    title: Text
    setting: Any
    """In force: one of the options, or without options the value itself."""
    default: Any
    """What `setting` is when nobody has decided otherwise."""
    options: dict[str, Any] = {}
    """Name of a choice → what it stands for."""
    says: Text
    """The reading in one sentence, shown with every explanation it touches."""
    quote: Text | None = None
    """The words it rests on, verbatim in the text of the policy's first document."""
    since: date

    @property
    def value(self) -> Any:
        value = self.options[str(self.setting)] if self.options else self.setting
        if not isinstance(value, list):
            return value
        return [DatedWord.model_validate(v) if isinstance(v, dict) else v for v in value]

    @model_validator(mode="after")
    def _setting_is_an_option(self) -> Self:
        if not self.options and type(self.setting) is not type(self.default):
            raise ValueError(
                f"setting {self.setting!r} of {self.id} is not a {type(self.default).__name__} like its default"
            )
        for key in ("setting", "default"):
            value = getattr(self, key)
            if self.options and str(value) not in self.options:
                hint = ", in quotes since YAML reads off and on as false and true" if isinstance(value, bool) else ""
                raise ValueError(f"{key}: {value!r} is no option. Use one of {', '.join(self.options)}{hint}")
        try:
            for option in self.options or (self.setting,):
                _ = self.model_copy(update={"setting": option}).value
        except ValidationError as error:
            told = "; ".join(f"{'.'.join(map(str, one['loc']))} {one['msg']}" for one in error.errors())
            raise ValueError(f"setting: a dated word is {{word: …, first_day: …, last_day: …}}, but {told}") from None
        return self


class Condition(Strict):
    """One thing that must hold, with the sentence a person would say and the words it rests on."""

    id: Text
    """Single within the clause."""
    says: Text
    """The condition as a person would say it."""
    operator: Operator
    """How the fact is asked."""
    fact: AskedFact | None = None
    """What is asked about, or `{setting: D9}` for a decision that says which fact."""
    value: Values | None = None
    """What the fact is held against: a value, a list, or `{setting: D7}` for a decision."""
    of: Fact | None = None
    """For within_years_of: the day the years are counted from; for first_reaches: the highest of the years before."""
    needed: Text | None = None
    """What would satisfy it, where the values do not read well."""
    when: Selection = {}
    """Asked only of events like these; the others pass."""
    otherwise: Literal["not_met", "needs_review"] = "not_met"
    """What a value that does not satisfy it means."""
    otherwise_says: Text | None = None
    """Words for a value that fails."""
    reasons: dict[str, Text] = {}
    """Words for one particular value of a text."""
    quote: Text | None = None
    """Verbatim in the text of the document."""
    decision: Text | None = None
    """Id of the decision that settled how this is read."""

    @model_validator(mode="after")
    def _operator_fits_the_fact(self) -> Self:
        if self.operator not in OPERATORS:
            raise ValueError(f"operator: {self.operator!r} does not exist. Use one of {', '.join(OPERATORS)}")
        operator = OPERATORS[self.operator]
        if isinstance(self.fact, Setting):  # held against the operator once the decision is known
            return self
        if self.fact not in FACTS and (operator.takes or self.fact is not None):
            raise ValueError(f"fact: {self.fact!r} does not exist. Use one of {', '.join(FACTS)}")
        kind = type_of(self.fact)
        if operator.takes and kind not in operator.takes:
            fitting = [other.name for other in OPERATORS.values() if kind in other.takes]
            raise ValueError(
                f"operator: {self.operator} cannot ask about {self.fact} ({kind}). Use one of {', '.join(fitting)}"
            )
        if (operator.of is not None) != (self.of is not None):
            takers = " and ".join(other.name for other in OPERATORS.values() if other.of)
            raise ValueError(f"of: {takers} need it, and only they take one. Add or remove it")
        if self.of is not None and kind is not None and type_of(self.of) != kind:
            raise ValueError(f"of: {self.of!r} is not a fact that is a {kind}. Use one of {', '.join(names(kind))}")
        if operator.of == "history" and not (self.of in FACTS and FACTS[self.of].missing):
            histories = ", ".join(fact.name for fact in FACTS.values() if fact.missing)
            raise ValueError(f"of: {self.of!r} is not the highest of the years before. Use one of {histories}")
        if self.reasons and kind != "text":
            raise ValueError("reasons: only a text has words for one particular value. Use otherwise_says")
        settled = not any(isinstance(value, Setting) for value in self.values)
        if settled and (wrong := wrong_values(self, self.values)):
            raise ValueError(wrong)
        return self

    @property
    def values(self) -> list[Any]:
        if self.value is None:
            return []
        return self.value if isinstance(self.value, list) else [self.value]


def wrong_values(condition: Condition, values: list[Any]) -> str | None:
    """Why these values (settings resolved) cannot answer the condition, and the mend; None when they can."""
    operator = OPERATORS[condition.operator]
    wanted = operator.value_count
    if len(values) != wanted and (wanted is not None or not values):
        return f"value: {condition.operator} wants {wanted or 'one or more'} of them, not {len(values)}. Correct it"
    kind = operator.value_type or type_of(str(condition.fact)) or "text"
    types, name, example = _WRITTEN.get(kind, _WRITTEN["text"])
    for value in values:
        if isinstance(value, DatedWord) and operator.takes_dated and kind == "text":
            continue
        fits = isinstance(value, types) and not isinstance(value, bool | datetime)
        if not fits or (isinstance(value, float) and not math.isfinite(value)):
            return f"value: {value!r} is not {name}. Write {example}"
    if wanted == 2 and values[0] > values[1]:
        return f"value: {values[0]} lies after {values[1]}. Write the lower one first"
    return None


_WRITTEN: dict[str, tuple[Any, str, str]] = {
    "yuan": (int | float, "a figure in yuan", "digits without quotes, such as 20_000_000"),
    "number": (int, "a whole number", "digits without quotes, such as 3"),
    "day": (date, "a day", "it without quotes, such as 2025-12-31"),
    "text": (str, "text", "it in quotes"),
}


class Band(Strict):
    """[at_least, below) of the base, by rate. The band starts at the figure itself （含） (D2)."""

    at_least: Yuan
    """Where the band starts, the figure itself included."""
    below: Yuan | None = None
    """Where the next band starts; left out in a last band without end."""
    rate: Rate
    """Share of the base, such as 0.01."""


class Award(Strict):
    """The upper bound (never a sum owed), or for rent the lower bound. Nothing given means 未载明, not 0."""

    words: Text
    """The award in the words a page shows."""
    amount_yuan: Yuan | None = None
    """A flat amount (定额), where the text gives one instead of a ceiling."""
    cap_yuan: Yuan | None = None
    """最高, inclusive (D1)."""
    caps_by_grade: dict[int, Yuan] = {}
    """A ceiling for each grade of a certificate, in place of one for all; a grade not named has none."""
    total_cap_yuan: Yuan | None = None
    """For cap_scope enterprise or enterprise_year: the cap over all claims, where it is not cap_yuan itself."""
    cap_scope: Literal["claim", "enterprise", "enterprise_year"] = "claim"
    """What the cap holds for: each claim, all claims of a firm, or those of a firm and year."""
    rate: Rate | None = None
    """Share of the base."""
    bands: list[Band] = []
    """Shares by size of the base, rising, touching, without overlap."""
    bands_apply: BandsApply = "whole"
    """Whether a band's rate takes the whole base or its own part (D2)."""
    floor_rate: Rate | None = None
    """Share of the base below which the payer must not stay (D4)."""
    base: YuanFact | None = None
    """The sum that rate, bands or floor_rate take a share of."""
    repeat: Repeat = "each_event"
    """For cap_scope enterprise: whether each event's award counts, or only what exceeds the highest before it (D2a)."""
    may_float_up: YesNoFact | None = None
    """A yes/no fact: where it is yes, a payment above the cap needs an approval and is no error (D5)."""

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        needs_base = self.rate is not None or self.bands or self.floor_rate is not None
        if bool(needs_base) != (self.base is not None):
            raise ValueError("base: rate, bands or floor_rate need one, and it needs one of them. Add what is missing")
        if self.base is not None and type_of(self.base) != "yuan":
            raise ValueError(f"base: {self.base!r} is not a fact in yuan. Use one of {', '.join(names('yuan'))}")
        if self.rate is not None and self.bands:
            raise ValueError("rate: stands beside bands. Give one of the two")
        if sum((self.amount_yuan is not None, self.cap_yuan is not None, bool(self.caps_by_grade))) > 1:
            raise ValueError("cap_yuan: stands beside amount_yuan or caps_by_grade. Give one of the three")
        if self.amount_yuan is not None and (self.rate is not None or self.bands):
            raise ValueError("amount_yuan: stands beside rate or bands. A share is held by cap_yuan: rename it")
        if self.total_cap_yuan is not None and self.cap_scope == "claim":
            raise ValueError("total_cap_yuan: holds over several claims. Say whose with cap_scope")
        if self.cap_yuan is self.total_cap_yuan is None and (self.cap_scope != "claim" or self.may_float_up):
            raise ValueError("cap_yuan: cap_scope and may_float_up speak of a cap that is not there. Add it")
        if self.may_float_up is not None and type_of(self.may_float_up) != "boolean":
            answers = ", ".join(names("boolean"))
            raise ValueError(f"may_float_up: {self.may_float_up!r} is not a yes/no fact. Use one of {answers}")
        if self.repeat != "each_event" and self.cap_scope != "enterprise":
            raise ValueError("repeat: speaks of several events of one firm. Say so with cap_scope: enterprise")
        above = [rate for rate in (self.rate, *(band.rate for band in self.bands)) if rate is not None]
        if self.floor_rate is not None and above and self.floor_rate > min(above):
            raise ValueError(f"floor_rate: {self.floor_rate} lies above the rate {min(above)}. Lower it")
        for number, band in enumerate(self.bands, start=1):
            if band.below is not None and band.below <= band.at_least:
                raise ValueError(
                    f"bands: band {number} ends at {band.below}, not above its start {band.at_least}. Correct one"
                )
        for number, (low, high) in enumerate(pairwise(self.bands), start=2):
            if low.below != high.at_least:
                where = "inside" if low.below is None or high.at_least < low.below else "after a gap behind"
                ends = "has no end" if low.below is None else f"ends at {low.below}"
                raise ValueError(
                    f"bands: band {number} starts at {high.at_least} {where} band {number - 1}, which {ends}. "
                    "Bands must touch without overlap"
                )
        return self


class Once(Strict):
    """Only one claim of the group counts for each firm or park.

    keep: first — the earliest counts (D3); highest — the highest counts, less what the others were paid (D16).
    """

    per: Literal["enterprise", "park"]
    """Whose claims exclude each other."""
    group: Texts
    """Ids of the clauses that exclude each other, this one among them."""
    keep: Literal["first", "highest"] = "first"
    """Which of them counts."""
    decision: Text | None = None
    """Id of the decision that settled how this is read."""


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

    @model_validator(mode="after")
    def _trigger_selects(self) -> Self:
        if self.coverage.status in ("not_encoded", "unseen"):
            if self.trigger or self.conditions:
                raise ValueError(
                    f"trigger: a clause that is {self.coverage.status} computes nothing. Leave trigger and conditions out"
                )
        elif "event_kind" not in self.trigger:
            raise ValueError("trigger: event_kind is missing. Say which events ground a claim")
        if self.first_day and self.last_day and self.first_day > self.last_day:
            raise ValueError(f"first_day: {self.first_day} lies after last_day {self.last_day}. Correct one")
        return self


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
    departments_of_every_measure: list[Charged] = []
    """Responsible for every measure of a document besides those it names."""
    conditions: list[Condition] = []
    """Hold for every clause; a clause may list ids under `without`."""


class Decisions(Strict):
    """decisions.yaml: how we settle what the text leaves open."""

    decisions: list[Decision]


class Policy(Head):
    """A whole policy, as the loader has put it together."""

    decisions: list[Decision] = []
    measures: list[Measure] = []

    def decision(self, decision_id: str) -> Decision:
        return next(d for d in self.decisions if d.id == decision_id)

    def setting_of(self, decision_id: str) -> Any:
        """What a decision is set to; None where the policy has no such decision."""
        return next((decision.setting for decision in self.decisions if decision.id == decision_id), None)

    def asked(self, condition: Condition) -> Condition:
        """The condition with the fact that its decision says; as it stands where no such decision is known."""
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
