"""What may stand behind a key of a policy file: figures, facts, selections of events, settings, dated words."""

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)

from pipelines.base.strict import STRICT, Text, Texts
from pipelines.policy.derived import Derived
from pipelines.policy.facts import EVENT_KEYS, FACTS, names
from pipelines.policy.operators import OPERATORS


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


def _kind_of_fact(value: Any) -> str:
    is_derived = isinstance(value, Derived) or (isinstance(value, dict) and "setting" not in value)
    return "<derived>" if is_derived else _kind(value)


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
Quantity = Annotated[Decimal, BeforeValidator(_figure), Field(gt=0, decimal_places=2), WithJsonSchema({**_YUAN})]
Rate = Annotated[Decimal, BeforeValidator(_figure), Field(gt=0, le=1), WithJsonSchema(_RATE)]
Operator = Annotated[Text, Field(json_schema_extra={"enum": list(OPERATORS)})]
Fact = Annotated[Text, Field(json_schema_extra={"enum": list(FACTS)})]
_Derived = Annotated[Derived, Tag("<derived>")]
_QuantityFact = Annotated[Text, Field(json_schema_extra={"enum": [*names("number"), *names("yuan")]}), Tag("<plain>")]
_YuanFact = Annotated[Text, Field(json_schema_extra={"enum": names("yuan")}), Tag("<plain>")]
QuantityFact = Annotated[_Derived | _QuantityFact, Discriminator(_kind_of_fact)]
YuanFact = Annotated[_Derived | _YuanFact, Discriminator(_kind_of_fact)]
YesNoFact = Annotated[Text, Field(json_schema_extra={"enum": names("boolean")})]
_SELECTION = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        key: {"type": "array", "minItems": 1, "items": {"type": "string"} | ({"enum": list(known.words)} if known.words else {})}
        for key, known in EVENT_KEYS.items()
    },
}


def percent(share: Decimal) -> str:
    """A share as a page shows it."""
    return f"{(share * 100).normalize():f}%"


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
AskedFact = Annotated[Annotated[Setting, Tag("<setting>")] | _Derived | Annotated[Fact, Tag("<plain>")], Discriminator(_kind_of_fact)]
FirstDay = Annotated[Annotated[Setting, Tag("<setting>")] | Annotated[date, Tag("<plain>")], Discriminator(_kind)]
Repeat = Annotated[
    Annotated[Setting, Tag("<setting>")] | Annotated[Literal["each_event", "increase"], Tag("<plain>")], Discriminator(_kind)
]
BandsApply = Annotated[
    Annotated[Setting, Tag("<setting>")] | Annotated[Literal["whole", "marginal"], Tag("<plain>")], Discriminator(_kind)
]
