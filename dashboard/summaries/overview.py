"""总览: how the city, or a park of it, stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import g

from dashboard.components import number
from dashboard.query import ask, ask_one, at_snapshot
from dashboard.reader import Row
from dashboard.summaries import NO_CLAUSE, Card, Sentence, Strong, amount, full, no_rent
from dashboard.tables import audit
from dashboard.text import t
from dashboard.view import View

REPORT_ROLES = ("analyst", "auditor", "admin")
"""Who may take the city's report."""
NOTHING: Row = {"payout_rate": None, "paid_count": 0, "eligible_count": 0}
NO_RENT = dict(NOTHING)
"""Of a policy without a clause on rent."""
UNTOLD: Row = {"payout_rate": None, "paid_count": None, "eligible_count": None}


@dataclass(frozen=True)
class Standing:
    """The rows of one cut: uptake whole and by kind (award, rent), each month, what needs a look, the last month-end.

    `basis` says on what knowledge the last month-end is counted.
    """

    uptake: Row
    kinds: Mapping[str, Row]
    months: list[Row]
    attention: Row
    last: Row
    basis: str


def standing(view: View) -> Standing | None:
    """None where there is no claim at all."""
    row = ask_one("uptake", **view.values())
    if not row:
        return None
    kinds = {kind["kind"]: kind for kind in ask("kind_uptake", **view.values())}  # of policies together there is none
    if "rent" not in kinds and not g.snapshot.is_of_all:
        kinds["rent"] = {NO_CLAUSE: NO_RENT, "known": NOTHING}.get(ask_one("rent_clauses")["rent_status"], UNTOLD)
    if row["count_status"] != "known":
        kinds = {"award": UNTOLD, "rent": UNTOLD}
    row, attention = number.told(row), ask_one("attention", **view.values())
    last, basis = _last_month(row, attention, view)
    return Standing(row, kinds, ask("flow", **view.values()), attention, last, basis)


def _last_month(row: Row, attention: Row, view: View) -> tuple[Row, str]:
    """What stood at the last month-end, and on what knowledge: the snapshot published of it, or counted by what is known now."""
    if published := g.reader.snapshots.month_before(g.snapshot):
        with at_snapshot(published):
            then, found = ask_one("uptake", **view.values()), ask_one("attention", **view.values())
            award = next((kind for kind in ask("kind_uptake", **view.values()) if kind["kind"] == "award"), NOTHING)
        if then:
            return (
                {**then, "payout_rate": award["payout_rate"], "finding_count": found.get("finding_count")},
                t("change.published", day=published.as_of, built=published.built_on),
            )
    last = ask_one("last_month", **view.values())
    paid = number.less(row["paid_yuan"], last["paid_since_yuan"])
    findings = number.less(attention.get("finding_count"), attention.get("new_finding_count"))
    return {**last, "paid_yuan": paid, "finding_count": findings}, t("change.recomputed")


def sentence(of: Standing) -> Sentence:
    """Who may claim, what was paid at which rates, what was not claimed."""
    row = of.uptake
    if row["eligible_count"] is None:
        return [
            t("sentence.as_of", day=g.snapshot.as_of), t("sentence.overview_lacking"), Strong(number.of(row, "eligible_count")), t("stop"),
        ]  # fmt: skip
    return [
        t("sentence.overview_head", day=g.snapshot.as_of, firms=number.of(row, "eligible_enterprise_count")),
        Strong(t("unit.n_claims", n=number.of(row, "eligible_count"))), t("sentence.overview_paid"),
        Strong(t("unit.n_claims", n=number.of(row, "paid_count"))), *([t("comma_long")] if g.snapshot.is_of_all else _rates(of.kinds)),
        t("sentence.outreach", n=number.of(row, "outreach_count")), amount(row, "outreach_yuan"), t("stop"),
    ]


def this_month(of: Standing) -> Sentence:
    """What the as-of month added; what cannot be told has its word."""
    month, unit = of.months[-1], "unit.n_claims"
    eligible = number.count(month["eligible_count"]) if of.uptake["eligible_count"] is not None else number.of(of.uptake, "eligible_count")
    return [
        t("sentence.this_month_eligible"), t(unit, n=eligible), t("sentence.this_month_submitted"), t(unit, n=number.count(month["submitted_count"])),
        t("sentence.this_month_paid", n=number.count(month["paid_count"])), number.short_yuan(month["paid_yuan"]),
        t("sentence.this_month_findings"), t(unit, n=number.count(of.attention.get("new_finding_count"))), t("stop"),
    ]  # fmt: skip


def _rates(kinds: Mapping[str, Row]) -> Sentence:
    """The payout rate without rent, with both its parts and its band, and the rent's beside it. Of no claim there are no parts."""
    award, rent = kinds.get("award", NOTHING), kinds.get("rent", NOTHING)
    return [
        t("sentence.rate_award"), Strong(_rate(award)),
        t("sentence.rate_parts", parts=_parts(award), band=number.band(award) or t("none")) if award["eligible_count"] else t("comma_long"),
        t("sentence.rate_rent"), *(no_rent() if rent is NO_RENT else [Strong(_rate(rent))]),
        t("sentence.rate_rent_parts", parts=_parts(rent)) if rent["eligible_count"] else t("semicolon"),
    ]  # fmt: skip


def _rate(kind: Row) -> str:
    """A payout rate, or the word for what no file told of; of no eligible claim there is none."""
    return t("lacking.unknown") if kind["payout_rate"] is None and kind["eligible_count"] != 0 else number.rate(kind["payout_rate"])


def _parts(kind: Row) -> str:
    return number.parts(kind["paid_count"], kind["eligible_count"])


def cards(of: Standing, view: View) -> list[Card]:
    """Six figures, their change since the last month-end and 24 months of each."""
    row, last, found = of.uptake, of.last, of.attention
    award, rent = of.kinds.get("award", NOTHING), of.kinds.get("rent", NOTHING)
    view, is_known = view.only("park"), row["eligible_count"] is not None
    rates = [
        t("kpi.paid.rent", rate=_rate(rent)) if rent["eligible_count"] else "",
        t("kpi.paid.foot", parts=_parts(award), band=number.band(award) or t("none")) if award["eligible_count"] else "",
    ]

    def trend(key: str) -> list[tuple[str, float]]:
        return [(number.day(month["month"])[:7], float(month[key])) for month in of.months if month[key] is not None]

    return [
        Card(
            "eligible", number.of(row, "eligible_count"), href=view.to("/records", outcome="eligible"), trend=trend("eligible_count"), change=_change(row, last, "eligible_count"),
            foot=t("kpi.eligible.foot", firms=number.of(row, "eligible_enterprise_count")) if is_known else None,
        ),
        Card(
            "paid", t("kpi.paid.of_one") if g.snapshot.is_of_all else _rate(award), href=view.to("/records", outcome="eligible", kind="award"), trend=trend("paid_count"), change=_points(award["payout_rate"], last["payout_rate"]),
            foot=t("kpi.paid.count", n=number.of(row, "paid_count")) if g.snapshot.is_of_all else " · ".join(filter(None, rates)) or None,
        ),
        Card(
            "money", amount(row, "paid_yuan"), full(row, "paid_yuan"), href=view.to("/records", outcome="eligible", stage="paid"), trend=trend("paid_yuan"),
            change=_since(number.less(row["paid_yuan"], last["paid_yuan"]), number.signed_yuan),
            foot=t("kpi.money.foot") + amount(row, "ceiling_yuan"),
        ),
        Card(
            "outreach", number.of(row, "outreach_count"), href=view.to("/outreach"), trend=trend("submitted_count"),
            change=_change(row, last, "outreach_count"),
            foot=t("kpi.outreach.foot") + amount(row, "outreach_yuan") if row["outreach_count"] is not None else None,
        ),
        Card(
            "open", number.of(row, "open_count"), href=view.to("/records", decided="open"), trend=trend("open_count"), change=_change(row, last, "open_count"),
            foot=t("kpi.open.foot", review=number.of(row, "needs_review_count"), unknown=number.of(row, "undetermined_count"))
            if row["open_count"] is not None
            else None,
        ),
        Card(
            "findings", number.count(found.get("finding_count")), href=view.to("/audit", weight="error") if g.user.role in audit.ROLES else None,
            trend=trend("finding_count"), change=_change(found, last, "finding_count"),
            foot=t("kpi.findings.foot") + number.yuan(found["finding_yuan"] if found["finding_count"] else 0) if found.get("finding_count") is not None else None,
        ),
    ]  # fmt: skip


def _change(now: Row, then: Row, key: str) -> str | None:
    return _since(number.less(now.get(key), then[key]), number.signed_count)


def _since(change: object, words: Callable[[object], str]) -> str | None:
    """What changed since the last month-end; nothing is said of what never came."""
    return None if change is None else t("change.since", n=words(change))


def _points(now: float | None, then: float | None) -> str | None:
    """A rate's change in percentage points."""
    return None if now is None or then is None else t("change.since", n=number.points((now - then) * 100))
