"""Tables of the parks, and of one park."""

from flask import g

from dashboard.reader import Row
from dashboard.tables.links import to_clause, to_firm, to_park
from dashboard.tables.outreach import bound, named_clause
from dashboard.tables.policy import payout
from dashboard.tables.table import Column, Table
from dashboard.text import t
from dashboard.view import View


def _rent(row: Row) -> str:
    """The rent's rate with its parts, as the other one's."""
    return payout({key: row[f"rent_{key}"] for key in ("eligible_count", "paid_count", "payout_rate")})


def _no_rent(row: Row) -> str | None:
    return t("lacking.no_rent") if row["rent_status"] == "no_clause" else None


def _to_leaver(view: View, row: Row) -> str | None:
    """A firm that left is another's: its old operator has no page of it."""
    return None if g.user.is_scoped and row["leaving"] == "lease_ended" else to_firm(view, row)


PARK_LIST = Table(
    "park_list", "park_list",
    (
        Column("park_name", href=to_park), Column("district_name"), Column("tenant_count", "count"),
        Column("software_tenant_count", "count"), Column("occupancy_rate", "rate"),
        Column("certificate_count", "count"),
        Column("eligible_count", "count", title="award_eligible_count"), Column("applied_count", "count"),
        Column("payout_rate", "rate", words=payout, title="award_payout_rate"), Column("rent_payout_rate", "rate", words=_rent, hint=_no_rent),
        Column("below_floor_count", "count", hint=_no_rent), Column("paid_yuan", "yuan"), Column("outreach_count", "count"),
        Column("outreach_yuan", "yuan"),
    ),
    sort="-payout_rate",
    also=(Column("paid_count", "count"), Column("rent_eligible_count", "count"), Column("rent_paid_count", "count")),
)
PARK_RANKING = Table(
    "park_ranking", "park_list",
    (
        Column("park_name", href=to_park), Column("eligible_count", "count"), Column("paid_count", "count"),
        Column("payout_rate", "rate"), Column("payout_rate_low", "rate"), Column("payout_rate_high", "rate"),
        Column("median_payout_rate", "rate"),
    ),
    sort="-payout_rate",
)
PARK_MEASURES = Table(
    "park_measures", "measure_uptake",
    (
        Column("measure_no", "count"), Column("measure_title"), Column("kind", group="kind"),
        Column("eligible_count", "count"), Column("applied_count", "count"), Column("paid_count", "count"), Column("payout_rate", "rate"),
        Column("payout_rate_low", "rate"), Column("payout_rate_high", "rate"), Column("outreach_count", "count"),
        Column("outreach_yuan", "yuan"),
    ),
    sort="measure_no", takes=("park",),
)
PARK_RENT = Table(
    "park_rent", "park_rent",
    (
        Column("enterprise_name", href=to_firm), Column("year", title="rent_year"), Column("outcome", "outcome"),
        Column("floor_yuan", "yuan"), Column("paid_yuan", "yuan"), Column("gap_yuan", "yuan"),
    ),
    sort="-gap_yuan",
)
PARK_TENANTS = Table(
    "park_tenants", "park_tenants", (Column("month", "day"), Column("tenant_count", "count")), sort="-month",
)
PARK_LEAVERS = Table(
    "park_leavers", "park_leavers",
    (
        Column("enterprise_name", href=_to_leaver), Column("leaving", group="leaving"), Column("moved_in_on", "day"), Column("moved_out_on", "day"), Column("park_name_now"), Column("district_name_now"),
        Column("moved_told_on", "day"), Column("gone_how", group="gone_how"),
    ),
    sort="-moved_out_on", also=(Column("enterprise_id", "code"),),
)
PARK_CERTIFICATES = Table(
    "park_certificates", "park_certificates",
    (Column("list", group="list"), Column("event_count", "count"), Column("enterprise_count", "count")),
    sort="-event_count",
)
PARK_OUTREACH = Table(
    "park_outreach", "outreach",
    (
        Column("enterprise_name", href=to_firm), Column("clause_id", href=to_clause, words=named_clause),
        Column("event_title"), Column("qualified_on", "day"), Column("days_since_qualified", "count"),
        Column("net_ceiling_yuan", "yuan", words=bound), Column("is_selective", "flag"),
        Column("credit_flags", group="credit_flag"),
    ),
    sort="-net_ceiling_yuan", takes=("park", "measure"),
)
