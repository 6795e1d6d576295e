"""One park: how do my tenants fare, against the city?"""

from typing import Any

from flask import g

from dashboard.components import charts, figure, number, parts
from dashboard.components.elements import html
from dashboard.components.empty import empty
from dashboard.components.table import Column, Table
from dashboard.errors import NothingThere
from dashboard.pages.clause import to_firm
from dashboard.pages.outreach import bound
from dashboard.pages.page import Page
from dashboard.query import ask, ask_one
from dashboard.reader import Row
from dashboard.text import t
from dashboard.view import View, checked

RENT_SHOWN = 24

MEASURES = Table(
    "park_measures", "measure_uptake",
    (
        Column("measure_no", "count"), Column("measure_title"), Column("kind", group="kind"),
        Column("eligible_count", "count"), Column("applied_count", "count"), Column("paid_count", "count"), Column("payout_rate", "rate"),
        Column("payout_rate_low", "rate"), Column("payout_rate_high", "rate"), Column("outreach_count", "count"),
        Column("outreach_yuan", "yuan"),
    ),
    sort="measure_no", takes=("park",),
)

RENT = Table(
    "park_rent", "park_rent",
    (
        Column("enterprise_name", href=to_firm), Column("year", title="rent_year"), Column("outcome", "outcome"),
        Column("floor_yuan", "yuan"), Column("paid_yuan", "yuan"), Column("gap_yuan", "yuan"),
    ),
    sort="-gap_yuan", takes=("park", "year"), rows=RENT_SHOWN,
)

TENANTS = Table(
    "park_tenants", "park_tenants", (Column("month", "day"), Column("tenant_count", "count")), sort="-month", takes=("park",),
)

CERTIFICATES = Table(
    "park_certificates", "park_certificates",
    (Column("list", group="list"), Column("event_count", "count"), Column("enterprise_count", "count")),
    sort="-event_count", takes=("park",), rows=12,
)

OUTREACH = Table(
    "park_outreach", "outreach",
    (
        Column("enterprise_name", href=to_firm),
        Column(
            "clause_id", href=lambda view, row: view.to(f"/measures/{row['clause_id']}"),
            cell=lambda row: f"{row['clause_id']} {row['title_zh']}",
        ),
        Column("event_title"), Column("qualified_on", "day"), Column("days_since_qualified", "count"),
        Column("net_ceiling_yuan", "yuan", cell=bound), Column("is_selective", "flag"),
        Column("credit_flags", group="credit_flag"),
    ),
    sort="-net_ceiling_yuan", takes=("park", "measure"), rows=20,
)


def layout(view: View, park_id: str) -> Any:
    park_id = checked("park", park_id)
    row = ask_one("park_list", park=park_id)
    if not row:
        raise NothingThere(park_id)
    measures = sorted(ask("measure_uptake", park=park_id), key=lambda r: (r["measure_no"], r["kind"]))
    shown = [r for r in measures if r["eligible_count"]]
    tenants = ask("park_tenants", park=park_id)
    rent, _ = RENT.page(view, park=park_id)
    return [
        parts.heading(
            str(row["park_name"]),
            t(
                "park.under", district=row["district_name"] or t("none"), operator=row["operator_name"] or t("none"),
                opened=number.day(row["opened_on"]),
            ),
            trail=[(t("page.parks.title"), view.to("/parks", park=None))], right=parts.reports(park_id, view, ("pdf",)),
        ),
        _sentence(row), _cards(row, view),
        html.Div(
            [
                figure.framed(
                    "park_measures",
                    figure.rates(
                        "park_measures", shown, charts.measure_label,
                        lambda r: view.to("/measures", measure=str(r["measure_no"]), park=park_id), row["median_payout_rate"],
                    )
                    if shown
                    else empty("no_claims", "claims"), table=MEASURES, view=view, width="span-4", park=park_id,
                ),
                figure.framed(
                    "park_tenants",
                    figure.graph("park_tenants", charts.tenants(tenants), t("figure.park_tenants.title")),
                    table=TENANTS, view=view, source="tenancies", width="span-4", park=park_id,
                )
                if any(row["tenant_count"] for row in tenants)
                else None,
                figure.table_card(
                    "park_certificates", CERTIFICATES, view, source="recognitions", width="span-4", park=park_id
                ),
            ],
            className="grid",
        ),
        figure.framed(
            "park_rent",
            figure.graph("park_rent", charts.dumbbell(rent, lambda r: to_firm(view, r)), t("figure.park_rent.title")),
            table=RENT, view=view, source="tenancies", width="wide", park=park_id,
        )
        if rent
        else None, figure.table_card("park_outreach", OUTREACH, view, empty="outreach_unknown" if row["outreach_count"] is None else "no_outreach", park=park_id),
    ]


def _median(row: Row) -> str:
    return t("few_parks") if row["is_median_withheld"] else number.rate(row["median_payout_rate"])


def _sentence(row: Row) -> Any:
    return parts.sentence(
        t(
            "sentence.park", day=g.snapshot.as_of, tenants=number.count(row["tenant_count"]),
            software=number.count(row["software_tenant_count"]),
        ),
        parts.strong(t("unit.n_claims", n=number.count(row["eligible_count"] + row["rent_eligible_count"]))),
        t("sentence.overview_paid"),
        parts.strong(t("unit.n_claims", n=number.count(number.added(row["paid_count"], row["rent_paid_count"])))),
        t("sentence.rate_award"),
        parts.strong(number.rate(row["payout_rate"])),
        t("sentence.park_median", median=_median(row)), t("sentence.rate_rent"),
        parts.strong(number.rate(row["rent_payout_rate"])),
        t("sentence.rate_rent_parts", parts=number.parts(row["rent_paid_count"], row["rent_eligible_count"])),
        t("sentence.outreach", n=number.count(row["outreach_count"])), parts.money(row["outreach_yuan"]), t("stop"),
    )


def _cards(row: Row, view: View) -> Any:
    return html.Div(
        [
            parts.kpi(
                "tenants", number.count(row["tenant_count"]),
                foot=t("kpi.tenants.foot", n=number.count(row["software_tenant_count"])),
                href=view.to("/firms", park=row["park_id"]),
            ),
            parts.kpi(
                "occupancy", number.rate(row["occupancy_rate"]),
                foot=t(
                    "kpi.occupancy.foot", leased=number.square_metres(row["leased_area_m2"]),
                    built=number.square_metres(row["built_area_m2"]),
                ),
            ),
            parts.kpi("certificates", number.count(row["certificate_count"]), foot=t("kpi.certificates.foot")),
            parts.kpi(
                "park_paid", number.rate(row["payout_rate"]),
                foot=t(
                    "kpi.park_paid.foot", median=_median(row),
                    parts=number.parts(row["paid_count"], row["eligible_count"]),
                ),
            ),
            parts.kpi(
                "outreach", number.count(row["outreach_count"]),
                foot=[t("kpi.outreach.foot"), parts.money(row["outreach_yuan"])], tone="call",
            ),
            parts.kpi(
                "rent", number.count(row["below_floor_count"]),
                foot=[t("kpi.rent.foot"), parts.money(row["rent_subsidy_yuan"])],
            ),
        ],
        className="kpis",
    )


PAGE = Page(
    "park", "/parks/<park_id>", layout, tables=(MEASURES, TENANTS, RENT, CERTIFICATES, OUTREACH), filters=("year",),
    under="parks", kept=True, has_figures=True,
)
