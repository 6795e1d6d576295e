"""园区: how do the parks' tenants fare, against the city?"""

from typing import Any

from flask import g

from dashboard.components import figure, number, parts
from dashboard.components.empty import empty
from dashboard.components.table import Column, Table
from dashboard.pages.measures import payout
from dashboard.pages.page import Page
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.text import t
from dashboard.view import View


def _to_park(view: View, row: Row) -> str:
    return view.to(f"/parks/{row['park_id']}", park=None)


def _rent(row: Row) -> Any:
    """The rent's rate with its parts, as the other one's."""
    return payout(
        {
            "eligible_count": row["rent_eligible_count"], "paid_count": row["rent_paid_count"],
            "payout_rate": row["rent_payout_rate"],
        }
    )


PARKS = Table(
    "park_list", "park_list",
    (
        Column("park_name", href=_to_park), Column("district_name"), Column("tenant_count", "count"),
        Column("software_tenant_count", "count"), Column("occupancy_rate", "rate"),
        Column("certificate_count", "count"),
        Column("eligible_count", "count", title="award_eligible_count"), Column("applied_count", "count"),
        Column("payout_rate", "rate", cell=payout, title="award_payout_rate"), Column("rent_payout_rate", "rate", cell=_rent),
        Column("below_floor_count", "count"), Column("paid_yuan", "yuan"), Column("outreach_count", "count"),
        Column("outreach_yuan", "yuan"),
    ),
    sort="-payout_rate", takes=("district", "park"),
    also=(Column("paid_count", "count"), Column("rent_eligible_count", "count"), Column("rent_paid_count", "count")),
)

RANKING = Table(
    "park_ranking", "park_list",
    (
        Column("park_name", href=_to_park), Column("eligible_count", "count"), Column("paid_count", "count"),
        Column("payout_rate", "rate"), Column("payout_rate_low", "rate"), Column("payout_rate_high", "rate"),
        Column("median_payout_rate", "rate"),
    ),
    sort="-payout_rate", takes=("district", "park"),
)


def layout(view: View) -> Any:
    rows = sorted(ask("park_list", **view.values()), key=lambda row: -(row["payout_rate"] or 0))
    if not rows:
        return [parts.heading(t("page.parks.title"), t("page.parks.asks")), empty("no_parks", "parks", is_filtered=bool(view.values()))]
    median = rows[0]["median_payout_rate"]
    below = sum(
        1 for row in rows if median is not None and row["payout_rate"] is not None and row["payout_rate"] < median
    )
    return [
        parts.heading(t("page.parks.title"), t("page.parks.asks")),
        parts.sentence(
            t(
                "sentence.parks", day=g.snapshot.as_of, n=len(rows),
                tenants=number.count(number.added(*(row["tenant_count"] for row in rows))),
            ),
            parts.strong(t("few_parks") if rows[0]["is_median_withheld"] else number.rate(median)), t("sentence.parks_below"), parts.strong(t("unit.n_parks", n=t("none") if rows[0]["is_median_withheld"] else number.count(None if median is None else below))),
            t("sentence.parks_floor"),
            parts.strong(t("unit.n_claims", n=number.count(number.added(*(row["below_floor_count"] for row in rows))))),
            t("stop"),
        ),
        figure.framed(
            "park_ranking",
            figure.rates("park_ranking", rows, lambda row: str(row["park_name"]), lambda row: _to_park(view, row), median),
            table=RANKING, view=view, width="wide",
        ),
        figure.table_card("park_list", PARKS, view, source="parks"),
    ]


PAGE = Page("parks", "/parks", layout, tables=(PARKS, RANKING), filters=("district",), icon="park", kept=True, has_figures=True)
