"""The shape of decisions.yaml: how each doubt of the text is settled."""

from datetime import date
from typing import Any, Self

from pydantic import ValidationError, model_validator

from pipelines.base.strict import Text
from pipelines.policy.values import DatedWord, Strict


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
        """What the setting stands for; of a list, maps are dated words."""
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


class Decisions(Strict):
    """decisions.yaml: how we settle what the text leaves open."""

    decisions: list[Decision]
