"""alerts.yaml: which figure is looked at, where its line is, who is told when it is crossed.

A figure is one of FIGURES or an indicator by its id. Each person is told of the figure as they themselves may see it
(dashboard/notify/figures.py), so a rule never shows anybody more than a page does.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, Field, model_validator

from pipelines.base.roles import ROLES
from pipelines.base.strict import STRICT, Text

FILE = "alerts.yaml"
"""Its name, in the decisions of a home."""
EACH = "each"
Place = Literal["city", "park", "district"]
Unit = Literal["count", "yuan", "share"]
_Number = Annotated[float, Field(allow_inf_nan=False)]
LINES = ("above", "below", "rises_by", "falls_by")


@dataclass(frozen=True)
class Figure:
    """A named figure: its unit, and by place the question and the column it is read of (dashboard/queries)."""

    unit: Unit
    places: dict[Place, tuple[str, str]]


def _everywhere(unit: Unit, column: str, of_district: str = "") -> Figure:
    return Figure(unit, {"city": ("uptake", column), "park": ("uptake", column), "district": ("district_uptake", of_district or column)})


FIGURES: dict[str, Figure] = {
    **{name: _everywhere("count", name) for name in ("eligible_count", "open_count", "paid_count", "outreach_count")},
    **{name: _everywhere("yuan", name) for name in ("ceiling_yuan", "paid_yuan", "outreach_yuan")},
    "payout_rate": Figure("share", {"city": ("uptake", "payout_rate"), "park": ("uptake", "payout_rate")}),
    "award_payout_rate": Figure(
        "share", {"city": ("kind_uptake", "payout_rate"), "park": ("kind_uptake", "payout_rate"), "district": ("district_uptake", "award_payout_rate")}
    ),
    **{
        name: Figure("yuan" if name.endswith("yuan") else "count", {"city": ("attention", name), "park": ("attention", name)})
        for name in ("finding_count", "new_finding_count", "finding_yuan")
    },
    **{
        name: Figure("count", {"city": ("attention", name)})
        for name in ("stale_source_count", "missing_source_count", "quarantined_count", "review_count")
    },
    "budget_execution_rate": Figure("share", {"city": ("budget", "execution_rate")}),
    "budget_left_yuan": Figure("yuan", {"city": ("budget", "left_yuan")}),
}  # fmt: skip
"""Figures of uptake, findings, data and the budget. Rates are shares of one: 0.4 is 40 %."""


class Alert(BaseModel):
    """One line that is watched. It is told when it is crossed, and not again until the figure has come back."""

    model_config = STRICT

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    """Permanent and single: what was told is remembered by it."""
    figure: Text
    """A named figure, or an indicator by its id."""
    policy: Text | None = None
    """A policy by its id; without one all of the city together, which rates, districts and budgets are not counted of."""
    park: Text | None = None
    """A park by its id, or each; without park and district the whole city."""
    district: Text | None = None
    """A district by its code, in quotes, or each."""
    above: _Number | None = None
    below: _Number | None = None
    rises_by: Annotated[_Number, Field(gt=0)] | None = None
    """Since the snapshot of the last month-end, in the figure's own unit."""
    falls_by: Annotated[_Number, Field(gt=0)] | None = None
    roles: list[Literal[ROLES]] = []  # type: ignore[valid-type]
    accounts: list[Text] = []
    text: Annotated[str, Field(pattern=r"\S", max_length=200)]
    """What the message says first."""

    @model_validator(mode="after")
    def _is_whole(self) -> "Alert":
        if sum(getattr(self, name) is not None for name in LINES) != 1:
            raise ValueError(f"give one line: {', '.join(LINES)}")
        if self.park and self.district:
            raise ValueError("a figure is of a park or of a district. Give one of them")
        if not self.roles and not self.accounts:
            raise ValueError("nobody would be told. Give roles or accounts")
        if self.figure in FIGURES and self.place not in FIGURES[self.figure].places:
            raise ValueError(f"figure: {self.figure} is not counted by {self.place}. It is by {', '.join(FIGURES[self.figure].places)}")
        return self

    @property
    def place(self) -> Place:
        return "park" if self.park else "district" if self.district else "city"

    @property
    def adds(self) -> bool:
        """Whether its figure adds over policies, or is of none."""
        return self.figure not in FIGURES or (FIGURES[self.figure].unit != "share" and FIGURES[self.figure].places[self.place][0] in ("uptake", "attention"))

    @property
    def line(self) -> tuple[str, float]:
        """Which line it is, and where."""
        return next((name, getattr(self, name)) for name in LINES if getattr(self, name) is not None)

    @property
    def definition(self) -> str:
        """What is looked at and where the line is: another one begins anew."""
        of = f" {self.policy}" if self.policy else ""
        return f"{self.figure} {self.park or self.district or ''} {self.line[0]} {self.line[1]:g}{of}"

    def is_crossed(self, value: float, before: float | None) -> bool | None:
        """Whether a figure is on the far side of the line; None where what it changed from is not known."""
        name, line = self.line
        if name in ("above", "below"):
            return value > line if name == "above" else value < line
        if before is None:
            return None
        return value - before >= line if name == "rises_by" else before - value >= line


class AlertFile(BaseModel):
    """alerts.yaml: the lines that are watched."""

    model_config = STRICT

    alerts: list[Alert]
