"""总览 begins with the industry: six figures, each against a year before; the policy's against the last month-end."""

from datetime import timedelta

from dashboard.components import number
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.summaries import Card, industry
from dashboard.summaries import overview as policy
from dashboard.text import t
from dashboard.view import View


def cards(view: View, running: industry.Standing | None, standing: policy.Standing | None) -> list[Card]:
    """Of the city or of one park; a card without a figure says which file would fill it."""
    view = view.only("park")
    return [_revenue(view, running), _firms(view), _people(view, running), _ladder(view), _lines(view), _payout(view, standing)]


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


def _firms(view: View) -> Card:
    """Firms of the register, against the end of the quarter a year ago; where nobody tells of closing, those registered."""
    rows = ask("firm_periods", **view.values())
    day = next((row for row in rows if row["period_kind"] == "day"), None)
    if day is None:
        return _empty("head_firms", view.to("/industry/firms"))
    key = "registered_count" if day["stock_count"] is None else "stock_count"
    href = view.to("/firms", there="yes" if key == "stock_count" else None)
    quarters = sorted((row for row in rows if row["period_kind"] == "quarter"), key=lambda row: row["ends_on"])
    before = [row for row in quarters if row["ends_on"] <= day["ends_on"] - timedelta(days=365)]
    since = [row for row in quarters if before and row["ends_on"] > before[-1]["ends_on"]]
    gone = number.added(*(number.added(row["closed_count"], row["absent_count"]) for row in since))
    return Card(
        "head_firms", number.count(day[key]), href=href,
        change=t("change.since_day", day=number.day(before[-1]["ends_on"]), n=number.signed_count(number.less(day[key], before[-1][key]))) if before else None,
        foot=t(f"kpi.head_firms.{'foot' if gone is not None else 'gone_unknown'}", n=number.count(sum(row["new_count"] for row in since)), gone=number.count(gone)) if since else None,
    )  # fmt: skip


def _ladder(view: View) -> Card:
    """Firms with a standing title, against the last year's end but one's; the two highest rungs that have any. Rungs whose lists never came hold nobody."""
    href, rows = view.to("/industry/firms"), [row for row in ask("ladder", **view.values()) if row["firm_count"] is not None]
    now = sorted((row for row in rows if row["is_data_day"]), key=lambda row: row["rung_rank"])
    total = sum(row["firm_count"] for row in now)
    if not total:
        return _empty("head_ladder", href)
    earlier = [row["stood_on"] for row in rows if row["stood_on"] < now[0]["stood_on"]]
    then = sum(row["firm_count"] for row in rows if row["stood_on"] == max(earlier)) if earlier else None
    told = [f"{row['rung_title']} {number.count(row['firm_count'])}" for row in now if row["firm_count"]][:2]
    return Card(
        "head_ladder", number.count(total), href=view.to("/firms", **{"firm_list.rung_title__filled": "1"}), foot=" · ".join(told),
        change=t("change.since_day", day=number.day(max(earlier)), n=number.signed_count(number.less(total, then))) if earlier else None,
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
    if view.get("park"):
        return Card("head_lines", t("none"), foot=t("kpi.head_lines.of_city"), href=href)
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
    href = view.to("/records", outcome="eligible", kind="award")
    if standing is None or standing.uptake["eligible_count"] is None:
        return _empty("head_payout", href)
    rate = next(card for card in policy.cards(standing, view) if card.key == "paid")
    return Card("head_payout", rate.value, change=rate.change, foot=t("kpi.head_payout.foot", paid=number.yuan(standing.uptake["paid_yuan"])), href=href)
