"""总览 begins with the industry: six figures, each against a year before; the policy's against the last month-end."""

from dashboard.components import number
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.summaries import Card, industry
from dashboard.summaries import overview as policy
from dashboard.text import t
from dashboard.view import View


def cards(view: View, running: industry.Standing | None, standing: policy.Standing | None) -> list[Card]:
    """Of the city or of one park; a card without a figure says which file would fill it."""
    return [_revenue(view, running), _people(view, running), _lines(view), _payout(view, standing)]


def _empty(key: str, href: str) -> Card:
    return Card(key, t("none"), foot=t(f"kpi.{key}.none"), href=href)


def _revenue(view: View, running: industry.Standing | None) -> Card:
    href = view.to("/industry")
    if running is None:
        return _empty("head_revenue", href)
    row = running.revenue
    line = sorted(ask("industry_line", **view.values()), key=lambda one: one["period"])
    return Card(
        "head_revenue", industry.told(row, "value"), number.full_yuan(row["value"]) if row["value"] is not None else None, change=industry.change(row), href=href,
        foot=t("kpi.head_revenue.foot", period=number.period(row["period"]), n=number.count(row["matched_count"])),
        trend=[(one["period"], float(one["value"])) for one in line if one["value"] is not None],
    )  # fmt: skip


def _people(view: View, running: industry.Standing | None) -> Card:
    href, row = view.to("/industry"), running.measures.get("staff") if running else None
    if row is None:
        return _empty("head_people", href)
    foot = t("kpi.head_people.foot", period=number.period(row["period"]), n=number.count(row["reported_count"]))
    return Card("head_people", industry.told(row, "value"), change=industry.change(row), foot=foot, href=href)


def _lines(view: View) -> Card:
    """The lines met in the newest year of each, against how many of them were met in the year before it."""
    href, rows = view.to("/industry/build-out"), ask("indicator_years", **view.values())
    newest = [row for row in rows if row["is_newest"]]
    met, not_met, unknown = industry.lines(newest)
    if not met + not_met:
        return _empty("head_lines", href)
    return Card(
        "head_lines", number.parts(met, met + not_met + unknown), change=_since_last_year(met, newest, rows), href=href,
        foot=t("kpi.head_lines.foot", not_met=not_met, unknown=unknown),
    )  # fmt: skip


def _since_last_year(met: int, newest: list[Row], rows: list[Row]) -> str | None:
    years = {row["indicator_id"]: row["stat_year"] for row in newest if row["stat_year"] is not None}
    before = [row for row in rows if row["stat_year"] is not None and row["stat_year"] + 1 == years.get(row["indicator_id"])]
    return t("change.last_year", n=number.signed_count(met - industry.lines(before)[0])) if before else None


def _payout(view: View, standing: policy.Standing | None) -> Card:
    """The policy's own card of the payout rate, with what was paid."""
    href = view.to("/measures")
    if standing is None or standing.uptake["eligible_count"] is None:
        return _empty("head_payout", href)
    rate = next(card for card in policy.cards(standing, view) if card.key == "paid")
    return Card("head_payout", rate.value, change=rate.change, foot=t("kpi.head_payout.foot", paid=number.yuan(standing.uptake["paid_yuan"])), href=href)
