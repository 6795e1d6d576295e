"""The shape of an award: what it comes to, and which claims of it exclude each other."""

from itertools import pairwise
from typing import Literal, Self

from pydantic import model_validator

from pipelines.base.strict import Text, Texts
from pipelines.policy.derived import Derived, type_of
from pipelines.policy.facts import names
from pipelines.policy.payee import Payee, wrong_payees
from pipelines.policy.values import BandsApply, Quantity, QuantityFact, Rate, Repeat, Strict, YesNoFact, Yuan, YuanFact


class Band(Strict):
    """[at_least, below) of the base, by rate. The band starts at the figure itself （含） (D2)."""

    at_least: Yuan
    """Where the band starts, the figure itself included."""
    below: Yuan | None = None
    """Where the next band starts; left out in a last band without end."""
    rate: Rate
    """Share of the base, such as 0.01."""


class Over(Strict):
    """What a rate does not reach: a figure (超过2000万元部分), or a share of a sum of the same event (超过营业收入20%的部分)."""

    yuan: Yuan | None = None
    """The figure itself."""
    of: YuanFact | None = None
    """The sum in place of a figure; last year's makes the award one on the increment (增量部分)."""
    rate: Rate | None = None
    """Which share of that sum; left out, the whole of it."""

    @model_validator(mode="after")
    def _says_one(self) -> Self:
        if (self.yuan is None) == (self.of is None):
            raise ValueError("yuan: stands beside of, or neither is given. Give one of the two")
        if self.of is None and self.rate is not None:
            raise ValueError("rate: is a share of a sum. Name the sum with of")
        if self.of is not None and type_of(self.of) != "yuan":
            raise ValueError(f"of: {str(self.of)!r} is not a fact in yuan. Use one of {', '.join(names('yuan'))}")
        return self


class ShareOf(Strict):
    """A share of what another clause pays (按第X条奖励金额的10%)."""

    clause: Text
    """Id of that clause, in the same document; it is not reckoned from another itself."""
    by: Literal["event", "project", "enterprise_year", "enterprise"]
    """Of which of its claims: of the same event, project, firm and year, or firm."""
    rate: Rate
    """Which share."""


class TopsUp(Strict):
    """Up to the level that the rest of the award gives, less what is had already (不足7%的补足至7%)."""

    fact: YuanFact | None = None
    """A sum of the same event."""
    clause: Text | None = None
    """Or the id of another clause, which pays it."""
    by: Literal["event", "project", "enterprise_year", "enterprise"] | None = None
    """With clause: which of its claims, as share_of has it."""
    other_awards: list[Literal["national", "provincial", "district"]] = []
    """Or what payers of these levels gave for the same matter, as rows of 其他奖补 tell (上级资金不足的补足至)."""

    @model_validator(mode="after")
    def _says_one(self) -> Self:
        given = [key for key in ("fact", "clause", "other_awards") if getattr(self, key)]
        if len(given) != 1:
            raise ValueError(f"fact: one of fact, clause and other_awards says what is had already, not {' and '.join(given) or 'none'}. Give one of them")
        if (self.clause is None) != (self.by is None):
            raise ValueError("by: goes with clause. Add the one that is missing")
        if self.fact is not None and type_of(self.fact) != "yuan":
            raise ValueError(f"fact: {self.fact!r} is not a fact in yuan. Use one of {', '.join(names('yuan'))}")
        return self


class Each(Strict):
    """So much for every full so many of a quantity (每满100人奖30万元); what is left over adds nothing."""

    every: Quantity
    """How many make one, such as 100; 1 for each single one."""
    amount_yuan: Yuan
    """For one of them."""


class Step(Strict):
    """A flat amount from a figure of the quantity on, the figure itself included (达到1亿元奖20万元)."""

    at_least: Quantity
    amount_yuan: Yuan


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
    over: Over | None = None
    """What of the base the rate leaves out; a base that does not exceed it comes to nothing."""
    bands: list[Band] = []
    """Shares by size of the base, rising, touching, without overlap."""
    bands_apply: BandsApply = "whole"
    """Whether a band's rate takes the whole base or its own part (D2)."""
    floor_rate: Rate | None = None
    """Share of the base below which the payer must not stay (D4)."""
    base: YuanFact | None = None
    """The sum that rate, bands or floor_rate take a share of."""
    quantity: QuantityFact | None = None
    """What `each` counts, or `steps` look at."""
    each: Each | None = None
    """An amount for every full so many of the quantity, up to the cap."""
    steps: list[Step] = []
    """Amounts by size of the quantity, rising; below the first none is stated."""
    share_of: ShareOf | None = None
    """A share of what another clause pays, up to cap_yuan."""
    tops_up: TopsUp | None = None
    """What is taken off the rest of the award: it pays up to that level."""
    payees: list[Payee] = []
    """To whom it is paid; none: to who claims it. What another gets is counted by clause, never as the claimant's own."""
    repeat: Repeat = "each_event"
    """For cap_scope enterprise: whether each event's award counts, or only what exceeds the highest before it (D2a)."""
    may_float_up: YesNoFact | None = None
    """A yes/no fact: where it is yes, a payment above the cap needs an approval and is no error (D5)."""

    @property
    def reckoned_from(self) -> str | None:
        """The clause whose claims it is reckoned from."""
        return self.share_of.clause if self.share_of else self.tops_up.clause if self.tops_up else None

    @property
    def is_reckoned(self) -> bool:
        """Whether it is known only once other claims or other payers' money are: the models tell it."""
        return self.reckoned_from is not None or bool(self.tops_up and self.tops_up.other_awards)

    @property
    def facts(self) -> list[Derived | str]:
        """What its amount is taken from."""
        asked = (self.base, self.over.of if self.over else None, self.tops_up.fact if self.tops_up else None, self.quantity, "grade_number" if self.caps_by_grade else None)
        return [fact for fact in asked if fact]

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if wrong := wrong_payees(self.payees):
            raise ValueError(wrong)
        needs_base = self.rate is not None or self.bands or self.floor_rate is not None
        if bool(needs_base) != (self.base is not None):
            raise ValueError("base: rate, bands or floor_rate need one, and it needs one of them. Add what is missing")
        if self.base is not None and type_of(self.base) != "yuan":
            raise ValueError(f"base: {str(self.base)!r} is not a fact in yuan. Use one of {', '.join(names('yuan'))}")
        if self.rate is not None and self.bands:
            raise ValueError("rate: stands beside bands. Give one of the two")
        has_amount = needs_base or self.quantity or self.amount_yuan is not None or self.cap_yuan is not None or self.caps_by_grade
        if self.share_of is not None and (needs_base or self.quantity or self.amount_yuan is not None or self.caps_by_grade or self.tops_up):
            raise ValueError("share_of: stands alone with cap_yuan. Take out what else says an amount")
        if self.tops_up is not None and (not has_amount or self.floor_rate is not None):
            raise ValueError("tops_up: needs the level it pays up to. Say it by rate, amount_yuan or cap_yuan, without floor_rate")
        if self.is_reckoned and self.cap_scope != "claim":
            raise ValueError("cap_scope: an award reckoned from another clause, or from what other payers gave, is held for each claim. Take it out")
        if self.over is not None and self.rate is None:
            raise ValueError("over: speaks of the base that a rate takes a share of. Add rate and base, or take it out")
        if sum((self.amount_yuan is not None, self.cap_yuan is not None, bool(self.caps_by_grade))) > 1:
            raise ValueError("cap_yuan: stands beside amount_yuan or caps_by_grade. Give one of the three")
        if self.amount_yuan is not None and (self.rate is not None or self.bands):
            raise ValueError("amount_yuan: stands beside rate or bands. A share is held by cap_yuan: rename it")
        if (self.each is not None or bool(self.steps)) != (self.quantity is not None):
            raise ValueError("quantity: each or steps need one, and it needs one of them. Add what is missing")
        if self.quantity is not None and type_of(self.quantity) not in ("number", "yuan"):
            raise ValueError(f"quantity: {str(self.quantity)!r} is not a number or a sum. Use one of {', '.join(names('number') + names('yuan'))}")
        if self.quantity is not None and (self.rate is not None or self.bands or self.amount_yuan is not None or self.caps_by_grade or (self.each and self.steps)):
            raise ValueError("quantity: each and steps stand alone. Take out the other, or rate, bands, amount_yuan and caps_by_grade")
        if self.steps and self.cap_yuan is not None:
            raise ValueError("cap_yuan: steps name their amounts. Take it out")
        for number, (lower, higher) in enumerate(pairwise(self.steps), start=2):
            if higher.at_least <= lower.at_least:
                raise ValueError(f"steps: step {number} starts at {higher.at_least}, not above {lower.at_least}. Put them in rising order")
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

    keep: first — the earliest counts (D3); highest — the highest counts, less what the others were paid (D16);
    increase — each counts, up to what exceeds the highest before it (晋级补差额).
    """

    per: Literal["enterprise", "park"]
    """Whose claims exclude each other."""
    group: Texts
    """Ids of the clauses that exclude each other, this one among them."""
    keep: Literal["first", "highest", "increase"] = "first"
    """Which of them counts, or whether each adds what exceeds those before."""
    decision: Text | None = None
    """Id of the decision that settled how this is read."""
