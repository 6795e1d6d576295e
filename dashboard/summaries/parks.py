"""园区: how the parks' tenants fare, against the city."""

from collections.abc import Sequence

from flask import g

from dashboard.components import number
from dashboard.reader import Row
from dashboard.summaries import NO_CLAUSE, Card, Sentence, Strong, Sum, no_rent
from dashboard.text import t
from dashboard.view import View


def parks(rows: Sequence[Row]) -> Sentence:
    """Of all parks asked for; there is at least one."""
    median, is_withheld = rows[0]["median_payout_rate"], rows[0]["is_median_withheld"]
    below = sum(row["payout_rate"] < median for row in rows if None not in (median, row["payout_rate"]))
    n_below = t("none") if is_withheld else number.count(None if median is None else below)
    return [
        t("sentence.parks", day=g.snapshot.as_of, n=len(rows), tenants=number.count(_total(rows, "tenant_count"))), Strong(_median(rows[0])),
        t("sentence.parks_below"), Strong(t("unit.n_parks", n=n_below)), t("sentence.parks_floor"),
        *(no_rent() if rows[0]["rent_status"] == NO_CLAUSE else [Strong(t("unit.n_claims", n=number.count(_total(rows, "below_floor_count"))))]), t("stop"),
    ]  # fmt: skip


def _total(rows: Sequence[Row], key: str) -> int | None:
    total: int | None = number.added(*(row[key] for row in rows))
    return total


def _median(row: Row) -> str:
    return t("few_parks") if row["is_median_withheld"] else number.rate(row["median_payout_rate"])


def park(row: Row) -> Sentence:
    """Of one park, a row of park_list."""
    is_none = row["rent_status"] == NO_CLAUSE
    return [
        t(
            "sentence.park", day=g.snapshot.as_of, tenants=number.count(row["tenant_count"]),
            software=number.count(row["software_tenant_count"]),
        ),
        Strong(t("unit.n_claims", n=number.count(row["eligible_count"] + row["rent_eligible_count"]))), t("sentence.overview_paid"),
        Strong(t("unit.n_claims", n=number.count(number.added(row["paid_count"], row["rent_paid_count"])))),
        t("sentence.rate_award"), Strong(number.rate(row["payout_rate"])), t("sentence.park_median", median=_median(row)),
        t("sentence.rate_rent"), *(no_rent() if is_none else [Strong(number.lacking(row, "rent_payout_rate") or number.rate(row["rent_payout_rate"]))]),
        t("semicolon") if is_none else t("sentence.rate_rent_parts", parts=number.parts(row["rent_paid_count"], row["rent_eligible_count"])),
        t("sentence.outreach", n=number.count(row["outreach_count"])), Sum(row["outreach_yuan"]), t("stop"),
    ]  # fmt: skip


def cards(row: Row, view: View) -> list[Card]:
    """Six figures of one park."""
    view, at, is_none = view.only(), {"park": row["park_id"]}, row["rent_status"] == NO_CLAUSE
    areas = {key: number.square_metres(row[f"{key}_area_m2"]) for key in ("leased", "built")}
    paid = number.parts(row["paid_count"], row["eligible_count"])
    return [
        Card(
            "tenants", number.count(row["tenant_count"]), foot=t("kpi.tenants.foot", n=number.count(row["software_tenant_count"])),
            href=view.to("/firms", **at),
        ),
        Card("occupancy", number.rate(row["occupancy_rate"]), foot=t("kpi.occupancy.foot", **areas), href=view.to("/records", records="leases", **at)),
        Card("certificates", number.count(row["certificate_count"]), foot=t("kpi.certificates.foot"), href=view.to("/records", records="certificates", **at)),
        Card(
            "park_paid", number.rate(row["payout_rate"]), foot=t("kpi.park_paid.foot", median=_median(row), parts=paid),
            href=view.to("/records", outcome="eligible", kind="award", **at),
        ),
        Card(
            "outreach", number.count(row["outreach_count"]), foot=t("kpi.outreach.foot") + number.yuan(row["outreach_yuan"]), href=view.to("/outreach", **at),
        ),
        Card(
            "rent", t("none") if is_none else number.count(row["below_floor_count"]),
            foot=t("lacking.no_rent") if is_none else t("kpi.rent.foot") + number.yuan(row["rent_subsidy_yuan"]),
            href=None if is_none else view.to("/records", kind="rent", outcome="eligible", **{"claims.is_below_floor__is": "true"}, **at),
        ),
    ]  # fmt: skip
