"""Every format of a number or day, as a Chinese reader expects it; nothing is shown as 0 that is not known.

Cells, cards, sentences, figures, files and reports all write through here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from dashboard.text import t

BEIJING = timezone(timedelta(hours=8))

COUNTED = frozenset(
    f"{name}_count" for name in (
        "claim", "eligible", "needs_review", "undetermined", "not_eligible", "open", "applied", "accepted", "approved", "paid",
        "outreach", "eligible_enterprise", "award_eligible", "award_paid",
    )
) | {"approved_yuan", "paid_yuan"}
BOUNDED = frozenset({
    "ceiling_yuan", "net_ceiling_yuan", "applied_ceiling_yuan", "accepted_ceiling_yuan", "outreach_yuan", "open_ceiling_yuan",
    "ceiling_before_overlap_yuan",
})  # fmt: skip
WITHHELD = ("is_withheld", "is_withheld_secondary")
PUBLIC = frozenset({"threshold", "national_share", "yoy_percent"})
"""What is nobody's statistics, in a row that is withheld too."""
GIVEN = frozenset({"first_yuan", "budget_yuan"})
"""What stands in a budget alone: without one it is not given."""
SIDES = ("before_", "after_", "change_")  # of a what-if


def lacking(row: dict[str, Any], key: str) -> str | None:
    """The word where a row has no figure to show, by what its mart says of it: not encoded, not known yet, not stated, not given.

    A figure that is told, and what is truly none (a rate of nothing, a claim that is not eligible), has no such word.
    """
    value, counts, amounts = row.get(key), row.get("count_status"), row.get("amount_status")
    if value is None and is_withheld(row, key):
        return t("lacking.withheld")
    if value is None and key in GIVEN and "budget_basis" in row:
        return t("lacking.not_given")
    if key == "rent_payout_rate":   # told apart from the awards of its row
        of_law = row.get("rent_status") if row.get("rent_status") in ("not_encoded", "unknown") else "unknown" if row.get("rent_eligible_count") else None
        return t(f"lacking.{of_law}") if value is None and of_law else None
    key = next((key.removeprefix(side) for side in SIDES if key.startswith(side)), key)
    if (key not in COUNTED | BOUNDED and not key.endswith("_rate")) or row.get("outcome") == "not_eligible":
        return None
    if counts in ("not_encoded", "unknown"):
        return t(f"lacking.{counts}")
    if key in BOUNDED and not value:
        return t("not_stated") if amounts in ("not_stated", "floor") else t("lacking.unknown") if value is None and amounts else None
    # where there is a claim, an application or a payment that is not counted is one that nobody could tell of
    is_told_of = row.get("eligible_count") or row.get("outcome")
    return t("lacking.unknown") if value is None and is_told_of and amounts else None


def is_withheld(row: dict[str, Any], key: str) -> bool:
    """Whether a figure of statistics is kept from those who may not see a single firm's, or is for no other eyes."""
    if key.endswith("_count") or key in PUBLIC:
        return False
    of_value = ("is_value_withheld",)
    more = {"value": of_value, "matched_value_share": of_value, "growth_rate": ("is_growth_withheld",)}.get(key, ())
    return any(row.get(flag) for flag in (*WITHHELD, *more))


def told(row: dict[str, Any]) -> dict[str, Any]:
    """The row without the counts and sums its mart says are none: nothing is reckoned with them."""
    if row.get("count_status", "known") == "known":
        return row
    return {key: None if key in COUNTED | BOUNDED else value for key, value in row.items()}


def of(row: dict[str, Any], key: str) -> str:
    """A count or rate of a row of uptake, or the word for what is lacking."""
    return lacking(row, key) or (rate if key.endswith("_rate") else count)(row.get(key))


def short_yuan(value: Any) -> str:
    """Yuan in hundred millions or ten thousands with one decimal; what no file told of is not 0."""
    if value is None:
        return t("lacking.unknown")
    yuan = Decimal(str(value))
    for unit in ("unit.yi", "unit.wan"):
        size = int(t(f"{unit}_size"))  # what a language counts in
        if abs(yuan) >= size:
            return t(unit, number=f"{yuan / size:,.1f}")
    return t("unit.yuan", number=f"{yuan:,.0f}")


def yuan(value: Any) -> str:
    """The same where a sum stands by itself, in a cell, card or sentence: nothing is 0, without a unit."""
    return "0" if value == 0 else short_yuan(value)


def in_measure(value: Any, unit: str) -> str:
    """A figure of statistics in the unit its mart names: yuan, usd, person, share."""
    if value is None or unit == "yuan":
        return yuan(value) if value is not None else t("none")
    if unit == "share":
        return rate(value)
    for large in ("unit.yi", "unit.wan"):
        size = int(t(f"{large}_size"))
        if abs(value) >= size:
            return t(f"{large}_{unit}", number=f"{Decimal(str(value)) / size:,.1f}")
    return t(f"unit.{unit}", number=f"{value:,.0f}")


def full_yuan(value: Any) -> str:
    return t("lacking.unknown") if value is None else t("unit.yuan", number=f"{Decimal(str(value)):,.2f}")


def signed_yuan(value: Any) -> str:
    """A change of money with its sign."""
    if value is None:
        return t("none")
    return f"+{short_yuan(value)}" if value > 0 else yuan(value)


def count(value: Any) -> str:
    return t("lacking.unknown") if value is None else f"{int(value):,}"


def signed_count(value: Any) -> str:
    return t("none") if value is None else f"{int(value):+,}" if value else "0"


def decimal(value: Any, places: int = 1) -> str:
    return t("none") if value is None else f"{float(value):,.{places}f}"


def measured(value: Any, unit: str | None) -> str:
    """A figure in its unit: a count is whole, what is measured has one decimal."""
    if value is None:
        return t("none")
    is_whole = float(value).is_integer() and not (unit or "").endswith(tuple(t("unit.measured").split()))
    return f"{float(value):,.0f}" if is_whole else f"{float(value):,.1f}"


def in_unit(value: Any, unit: str | None) -> str:
    """The same with its unit."""
    return t("none") if value is None else f"{measured(value, unit)} {unit or ''}".rstrip()


def square_metres(value: Any) -> str:
    """Ten thousands of square metres with one decimal."""
    return t("lacking.unknown") if value is None else f"{float(value) / 10_000:,.1f}"


def rate(value: Any) -> str:
    return t("none") if value is None else f"{float(value) * 100:.1f}%"


def growth(value: Any) -> str:
    """How much of itself a figure grew by."""
    return t("none") if value is None else f"{float(value) * 100:+.1f}%"


def points(value: Any) -> str:
    """A difference of two rates, in percentage points."""
    return t("none") if value is None else t("change.by_points", n=f"{round(float(value), 1) + 0.0:+.1f}")  # no -0.0


def between(low: float, high: float) -> str:
    """A span of rates, as 36.0–44.2%."""
    return f"{low * 100:.1f}–{high * 100:.1f}%"


def band(row: dict[str, Any]) -> str:
    """The low and high bound of a payout rate."""
    low, high = row.get("payout_rate_low"), row.get("payout_rate_high")
    return "" if low is None or high is None else between(low, high)


def added(*values: Any) -> Any:
    """A sum; of a value not known there is none."""
    return None if None in values else sum(values)


def less(now: Any, then: Any) -> Any:
    """What one is more than the other; of a value not known there is none."""
    return None if now is None or then is None else now - then


def parts(over: Any, under: Any) -> str:
    return f"{count(over)}/{count(under)}"


def day(value: Any) -> str:
    if value is None:
        return t("none")
    return value.isoformat()[:10] if isinstance(value, (date, datetime)) else str(value)[:10]


def period(value: str) -> str:
    """The months of a year up to that of a period (2025-09): figures of the monthly form are cumulative."""
    return t("period", year=value[:4], month=int(value[5:]))


def moment(value: Any) -> str:
    """A moment of Beijing, to the minute; kept moments are of UTC and may say so or not."""
    if not value:
        return t("none")
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


@dataclass(frozen=True)
class Format:
    """How the values of a kind are written: for a reader, with all their digits, and as Excel's own format where it has one."""

    short: Callable[[Any], str]
    full: Callable[[Any], str]
    excel: str | None = None


FORMATS = {
    "count": Format(count, count, "#,##0"), "yuan": Format(yuan, full_yuan, "#,##0.00"), "rate": Format(rate, rate, "0.0%"),
    "decimal": Format(decimal, decimal, "#,##0.0"), "growth": Format(growth, growth, "+0.0%;-0.0%;0.0%"), "points": Format(points, points, "+0.0;-0.0;0.0"), "day": Format(day, day, "yyyy-mm-dd"), "moment": Format(moment, moment),
}
"""By the kind of a column."""
NUMERIC = frozenset({"count", "yuan", "rate", "decimal", "growth", "points"})
