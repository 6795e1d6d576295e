"""Numbers and days as a Chinese reader expects them; nothing is shown as 0 that is not known."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from dashboard.text import t

BEIJING = timezone(timedelta(hours=8))


def short_yuan(value: Any) -> str:
    """Yuan in hundred millions or ten thousands with one decimal."""
    if value is None:
        return t("none")
    yuan = Decimal(str(value))
    for unit in ("unit.yi", "unit.wan"):
        size = int(t(f"{unit}_size"))  # what a language counts in
        if abs(yuan) >= size:
            return t(unit, number=f"{yuan / size:,.1f}")
    return t("unit.yuan", number=f"{yuan:,.0f}")


def full_yuan(value: Any) -> str:
    return t("none") if value is None else t("unit.yuan", number=f"{Decimal(str(value)):,.2f}")


def count(value: Any) -> str:
    return t("none") if value is None else f"{int(value):,}"


def decimal(value: Any, places: int = 1) -> str:
    return t("none") if value is None else f"{float(value):,.{places}f}"


def rate(value: Any) -> str:
    return t("none") if value is None else f"{float(value) * 100:.1f}%"


def band(row: dict[str, Any]) -> str:
    """The low and high bound of a payout rate, as 36.0–44.2%."""
    low, high = row.get("payout_rate_low"), row.get("payout_rate_high")
    return "" if low is None or high is None else f"{low * 100:.1f}–{high * 100:.1f}%"


def added(*values: Any) -> Any:
    """A sum; of a value not known there is none."""
    return None if None in values else sum(values)


def parts(over: Any, under: Any) -> str:
    return f"{count(over)}/{count(under)}"


def day(value: Any) -> str:
    if value is None:
        return t("none")
    return value.isoformat()[:10] if isinstance(value, (date, datetime)) else str(value)[:10]


def moment(value: Any) -> str:
    """A moment of Beijing, to the minute; kept moments are of UTC and may say so or not."""
    if not value:
        return t("none")
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
