"""政策: which measures work, which lie idle?"""

from typing import Any

from flask import g

from dashboard.components import charts, figure, number, parts
from dashboard.components.elements import html, kept
from dashboard.components.table import Column, Table
from dashboard.pages.page import Page
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.text import t
from dashboard.view import View


def _to_clause(view: View, row: Row) -> str:
    return view.to(f"/measures/{row['clause_id']}")


def payout(row: Row) -> Any:
    """A rate with its two parts; a cut has only the parts."""
    if not row.get("eligible_count"):
        return html.Span(t("none"), className="quiet")
    return _rate(row.get("payout_rate"), row["paid_count"], row["eligible_count"], number.band(row))


@kept(1024)
def _rate(rate: float | None, paid: int, eligible: int, band: str) -> Any:
    return html.Span(
        [html.Strong(number.rate(rate) if rate is not None else ""), html.Small(number.parts(paid, eligible))],
        className="rate-cell", title=t("chart.band") + " " + (band or t("none")),
    )


def _to_outreach(view: View, row: Row) -> str | None:
    return view.to("/outreach", clause=row["clause_id"]) if row["outreach_count"] else None


@kept(64)
def _departments(all_named: str | None) -> Any:
    """The departments the text charges with a clause; of many, the first two."""
    named = (all_named or t("not_stated")).split("；")   # a name may hold the comma itself
    words = "、".join(named) if len(named) < 4 else t("clause.departments_more", named="、".join(named[:2]), n=len(named))
    return html.Small(words, title=all_named)


COUNTED = (
    "claim_count", "eligible_count", "needs_review_count", "undetermined_count", "not_eligible_count", "applied_count",
    "paid_count", "payout_rate", "payout_rate_low", "payout_rate_high", "ceiling_yuan", "paid_yuan", "outreach_count",
    "outreach_yuan",
)


AMOUNTS = {"ceiling": "stated", "floor": "not_stated", "not_stated": "not_stated"}


def _counted(uptake: Row | None) -> Row:
    """The figures of a clause; of one without a claim nothing is 0 but counts."""
    if uptake:
        return {key: uptake[key] for key in COUNTED}
    return {key: 0 if key.endswith("_count") else None for key in COUNTED}


def clauses(view: View) -> list[Row]:
    """Every clause with its figures in the cut asked for; one that can be counted and has no claim there has 0 of them."""
    uptake = {row["clause_id"]: row for row in ask("clause_uptake", **CLAUSES.values(view))}
    return [
        {**row, "amount_status": AMOUNTS.get(row["amount_kind"]), **_counted(uptake.get(row["clause_id"]))}
        for row in ask("clause_list", **view.values())
    ]


CLAUSES = Table(
    "clause_list", "dashboard/queries/clause_uptake.sql",
    (
        Column("clause_id", href=_to_clause), Column("title_zh", href=_to_clause),
        Column("charged", "picture", cell=lambda row: _departments(row["departments"]), title="departments"),
        Column(
            "coverage_status",
            cell=lambda row: parts.badge(t(f"coverage.{row['coverage_status']}"), f"coverage-{row['coverage_status']}"),
            group="coverage",
        ),
        Column("split", "picture", cell=parts.split_bar), Column("eligible_count", "count"),
        Column("needs_review_count", "count"), Column("undetermined_count", "count"),
        Column("not_eligible_count", "count"), Column("applied_count", "count"),
        Column("payout_rate", "rate", cell=payout), Column("ceiling_yuan", "yuan"),
        Column("paid_yuan", "yuan"), Column("outreach_count", "count", href=_to_outreach),
        Column("outreach_yuan", "yuan"),
    ),
    also=(Column("departments"),), sort="clause_order", takes=("measure", "district", "park", "year"), rows=60,
    made=clauses,
)

UPTAKE = Table(
    "measures_uptake", "measure_uptake",
    (
        Column("measure_no", "count"), Column("measure_title"), Column("kind", group="kind"),
        Column("eligible_count", "count"), Column("paid_count", "count"), Column("payout_rate", "rate"), Column("payout_rate_low", "rate"),
        Column("payout_rate_high", "rate"),
    ),
    sort="measure_no", takes=("park", "measure"),
)

MONEY = Table(
    "measures_money", "measure_uptake",
    (
        Column("measure_no", "count"), Column("measure_title"), Column("kind", group="kind"),
        Column("ceiling_yuan", "yuan"), Column("applied_ceiling_yuan", "yuan"),
        Column("approved_yuan", "yuan"), Column("paid_yuan", "yuan"), Column("outreach_yuan", "yuan"),
    ),
    sort="measure_no", takes=("park", "measure"),
)


DEPARTMENTS = Table(
    "department_uptake", "department_uptake",
    (
        Column("department"), Column("eligible_count", "count"), Column("open_count", "count"), Column("applied_count", "count"),
        Column("payout_rate", "rate", cell=payout), Column("ceiling_yuan", "yuan"), Column("paid_yuan", "yuan"),
        Column("outreach_count", "count"), Column("outreach_yuan", "yuan"),
    ),
    sort="-eligible_count", also=(Column("paid_count", "count"),),
)

OTHER = Table(
    "measures_other", "measures_other", (Column("item_id"), Column("measure_no", "count"), Column("title_zh")),
    sort="item_order", takes=("measure",), rows=20,
)


def layout(view: View) -> Any:
    listed = clauses(view)
    encoded = [row for row in listed if row["coverage_status"] in {"encoded", "partly", "judgement"}]
    eligible = [row for row in encoded if row["eligible_count"]]
    is_known = any(row["count_status"] == "known" for row in encoded)
    idle = None if not is_known or any(row["applied_count"] is None for row in eligible) else sum(not row["applied_count"] for row in eligible)
    # measures are counted for the city and for parks, of all years
    rows = [] if view.get("district") or view.get("year") else ask("measure_uptake", **view.values())
    used = sorted((row for row in rows if row["eligible_count"]), key=lambda row: (row["measure_no"], row["kind"]))

    def to_measure(row: Row) -> str:
        return view.here(measure=str(row["measure_no"]))

    # a department's figures are of the whole city: nothing beside a cut, and nothing for a park's operator
    whole = not (g.user.is_scoped or any(view.get(key) for key in ("district", "park", "measure", "year")))
    figures = []
    if used:
        figures = [
            html.Div(
                [
                    figure.framed(
                        "measures_uptake",
                        figure.rates("measures_uptake", used, charts.measure_label, to_measure),
                        table=UPTAKE, view=view, width="span-6",
                    ),
                    figure.framed(
                        "measures_money",
                        figure.graph(
                            "measures_money", charts.money_bars(used, charts.measure_label, to_measure),
                            t("figure.measures_money.title"),
                        ),
                        table=MONEY, view=view, width="span-6",
                    ),
                ],
                className="grid",
            )
        ]
    return [
        parts.heading(t("page.measures.title"), t("page.measures.asks")),
        parts.sentence(
            t("sentence.measures", day=g.snapshot.as_of, clauses=len(listed), encoded=len(encoded)),
            parts.strong(t("unit.n_clauses", n=number.count(len(eligible) if is_known else None))),
            t("sentence.measures_eligible"), parts.strong(t("unit.n_clauses", n=number.count(idle))),
            t("sentence.measures_idle"), parts.strong(t("unit.n_readings", n=len(ask("measures_other", **view.values())))),
            t("stop"),
        ),
        *figures,
        figure.table_card(
            "clause_list", CLAUSES, view,
            before=html.Div(parts.legend(), className="above"),
        ),
        html.Div(
            [
                figure.table_card("department_uptake", DEPARTMENTS, view, width="span-8") if whole else None,
                figure.table_card(
                    "measures_other", OTHER, view, source="policy", width="span-4" if whole else "wide"
                ),
            ],
            className="grid",
        ),
    ]


PAGE = Page(
    "measures", "/measures", layout, tables=(CLAUSES, UPTAKE, MONEY, DEPARTMENTS, OTHER), filters=("district", "park", "measure", "year"),
    icon="policy", default_park=True, kept=True, has_figures=True,
)
