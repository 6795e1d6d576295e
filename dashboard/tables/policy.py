"""Tables of measures, clauses and departments, of the city's indicators, and of the law itself."""

from flask import g

from dashboard.components import number
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.tables.links import to_clause, to_firm, to_indicator, to_park
from dashboard.tables.table import Column, Table
from dashboard.text import t
from dashboard.versions import lines
from dashboard.view import View

COVERAGE = ("encoded", "partly", "judgement", "not_encoded", "unseen")


def payout(row: Row) -> str:
    """A rate with its two parts; a cut has only the parts."""
    if not row.get("eligible_count"):
        return t("none")
    rate, both = row.get("payout_rate"), number.parts(row["paid_count"], row["eligible_count"])
    return both if rate is None else f"{number.rate(rate)} {both}"


def _to_policy(view: View, row: Row) -> str:
    """The same page by one policy."""
    return view.to("/", policy=row["policy_id"])


POLICY_UPTAKE = Table(
    "policy_uptake", "policy_uptake",
    (
        Column("policy_title", href=_to_policy), Column("claim_count", "count"), Column("eligible_count", "count"), Column("open_count", "count"),
        Column("applied_count", "count"), Column("paid_count", "count"), Column("payout_rate", "rate"), Column("ceiling_yuan", "yuan"),
        Column("paid_yuan", "yuan"), Column("outreach_count", "count"), Column("outreach_yuan", "yuan"),
    ),
    sort="-outreach_yuan", also=(Column("policy_id", "code"), Column("eligible_enterprise_count", "count")),
)
MEASURE_UPTAKE = Table(
    "measure_uptake", "measure_uptake",
    (
        Column("measure_no", "count"), Column("measure_title"), Column("kind", group="kind"), Column("claim_count", "count"),
        Column("eligible_count", "count"), Column("needs_review_count", "count"),
        Column("undetermined_count", "count"), Column("not_eligible_count", "count"),
        Column("applied_count", "count"), Column("approved_count", "count"), Column("paid_count", "count"),
        Column("application_rate", "rate"), Column("payout_rate", "rate"), Column("payout_rate_low", "rate"),
        Column("payout_rate_high", "rate"), Column("ceiling_yuan", "yuan"), Column("approved_yuan", "yuan"),
        Column("paid_yuan", "yuan"), Column("outreach_count", "count"), Column("outreach_yuan", "yuan"),
    ),
    sort="-outreach_yuan",
)
DISTRICT_UPTAKE = Table(
    "district_uptake", "district_uptake",
    (
        Column("district_code"), Column("district_name"), Column("registered_count", "count"),
        Column("software_count", "count"), Column("claim_count", "count"), Column("eligible_count", "count"),
        Column("applied_count", "count"), Column("paid_count", "count"), Column("award_eligible_count", "count"),
        Column("award_paid_count", "count"), Column("award_payout_rate", "rate"), Column("payout_rate_low", "rate"),
        Column("payout_rate_high", "rate"), Column("ceiling_yuan", "yuan"), Column("paid_yuan", "yuan"),
        Column("outreach_count", "count"), Column("outreach_yuan", "yuan"),
    ),
    sort="district_order",
)

POLICY_PERIODS = Table(
    "policy_periods", "policy_periods",
    (
        Column("span", group="span"), Column("eligible_count", "count"), Column("submitted_count", "count"),
        Column("paid_count", "count", title="payment_count"), Column("paid_yuan", "yuan"),
    ),
    sort="period_order",
)


def _indicator(row: Row) -> str:
    """An indicator's name, with what breaks its series."""
    return f"{row['title']}（{row['series_note']}）" if row["series_note"] else str(row["title"])


def threshold(row: Row) -> str:
    if row["threshold"] is None:
        return t("not_stated")
    return f"≥ {number.in_unit(row['threshold'], row['unit'])}"


def indicator_change(row: Row) -> str:
    """A rate changes by points, a sum by its growth, a broken series not at all."""
    if row["change_points"] is not None:
        return number.points(row["change_points"])
    if row["change_rate"] is None and row["series_note"]:
        return t("withheld")
    return number.growth(row["change_rate"])


def _indicator_source(row: Row) -> str:
    return f"［{t('unverified')}］{row['source']}" if row["is_unverified"] else str(row["source"])


INDICATORS = Table(
    "indicators", "indicators",
    (
        Column("title", title="indicator", words=_indicator, href=to_indicator),
        Column("value", "decimal", words=lambda row: t("lacking.unknown") if row["value"] is None else number.in_unit(row["value"], row["unit"])),
        Column("threshold", "decimal", words=threshold), Column("status", group="indicator_status"),
        Column("change_rate", "rate", words=indicator_change), Column("stat_year"), Column("source", words=_indicator_source),
    ),
    sort="indicator_order", also=(Column("unit"), Column("change_points", "decimal"), Column("is_unverified", "flag")),
)

_FIGURES = (
    "claim_count", "eligible_count", "needs_review_count", "undetermined_count", "not_eligible_count", "applied_count",
    "paid_count", "payout_rate", "payout_rate_low", "payout_rate_high", "ceiling_yuan", "paid_yuan", "outreach_count",
    "outreach_yuan",
)
_AMOUNTS = {"ceiling": "stated", "floor": "not_stated", "not_stated": "not_stated"}


def _figures(uptake: Row | None) -> Row:
    """The figures of a clause; of one without a claim nothing is 0 but counts."""
    if uptake:
        return {key: uptake[key] for key in _FIGURES}
    return {key: 0 if key.endswith("_count") else None for key in _FIGURES}


def clauses(view: View) -> list[Row]:
    """Every clause with its figures in the cut asked for; one that can be counted and has no claim there has 0 of them."""
    uptake = {row["clause_id"]: row for row in ask("clause_uptake", **CLAUSE_LIST.values(view))}
    return [
        {**row, "amount_status": _AMOUNTS.get(row["amount_kind"]), **_figures(uptake.get(row["clause_id"]))}
        for row in ask("clause_list", **view.values())
    ]


def _departments(row: Row) -> str:
    """The departments the text charges with a clause; of many, the first two."""
    named = str(row["departments"] or t("not_stated")).split("；")   # a name may hold the comma itself
    return "、".join(named) if len(named) < 4 else t("clause.departments_more", named="、".join(named[:2]), n=len(named))


def _to_outreach(view: View, row: Row) -> str | None:
    return view.to("/outreach", clause=row["clause_id"]) if row["outreach_count"] else None


CLAUSE_LIST = Table(
    "clause_list", "dashboard/queries/clause_uptake.sql",
    (
        Column("clause_id", "id", href=to_clause), Column("title_zh", href=to_clause), Column("departments", words=_departments),
        Column("coverage_status", group="coverage"), Column("eligible_count", "count"),
        Column("needs_review_count", "count"), Column("undetermined_count", "count"),
        Column("not_eligible_count", "count"), Column("applied_count", "count"),
        Column("payout_rate", "rate", words=payout), Column("ceiling_yuan", "yuan"),
        Column("paid_yuan", "yuan"), Column("outreach_count", "count", href=_to_outreach),
        Column("outreach_yuan", "yuan"),
    ),
    sort="clause_order", takes=("measure", "district", "park", "year"), made=clauses,
)
MEASURES_UPTAKE = Table(
    "measures_uptake", "measure_uptake",
    (
        Column("measure_no", "count"), Column("measure_title"), Column("kind", group="kind"),
        Column("eligible_count", "count"), Column("paid_count", "count"), Column("payout_rate", "rate"), Column("payout_rate_low", "rate"),
        Column("payout_rate_high", "rate"),
    ),
    sort="measure_no",
)
MEASURES_MONEY = Table(
    "measures_money", "measure_uptake",
    (
        Column("measure_no", "count"), Column("measure_title"), Column("kind", group="kind"),
        Column("ceiling_yuan", "yuan"), Column("applied_ceiling_yuan", "yuan"),
        Column("approved_yuan", "yuan"), Column("paid_yuan", "yuan"), Column("outreach_yuan", "yuan"),
    ),
    sort="measure_no",
)
DEPARTMENT_UPTAKE = Table(
    "department_uptake", "department_uptake",
    (
        Column("department"), Column("eligible_count", "count"), Column("open_count", "count"), Column("applied_count", "count"),
        Column("payout_rate", "rate", words=payout), Column("ceiling_yuan", "yuan"), Column("paid_yuan", "yuan"),
        Column("outreach_count", "count"), Column("outreach_yuan", "yuan"),
    ),
    sort="-eligible_count", also=(Column("paid_count", "count"),),
)
MEASURES_OTHER = Table(
    "measures_other", "measures_other", (Column("item_id"), Column("measure_no", "count"), Column("title_zh")),
    sort="item_order",
)


def reason(row: Row) -> str:
    """The words for an outcome: which condition decided, and how."""
    words = row.get("outcome_reason") or ""
    return words if row["outcome"] == "eligible" or not words else t(f"reason.{row['outcome']}", words=words)


CLAUSE_CLAIMS = Table(
    "clause_claims", "clause_claims",
    (
        Column("enterprise_name", href=to_firm), Column("park_name"), Column("qualified_on", "day"),
        Column("outcome", "outcome"), Column("outcome_reason", "words", words=reason),
        Column("net_ceiling_yuan", "yuan"), Column("last_status", group="status"), Column("approved_yuan", "yuan"),
        Column("paid_yuan", "yuan"),
    ),
    sort="-net_ceiling_yuan",
)
CLAUSE_FUNNEL = Table(
    "clause_funnel", "clause_uptake",
    (
        Column("claim_count", "count"), Column("eligible_count", "count"), Column("applied_count", "count"),
        Column("accepted_count", "count"), Column("approved_count", "count"), Column("paid_count", "count"),
        Column("payout_rate", "rate"), Column("payout_rate_low", "rate"), Column("payout_rate_high", "rate"),
        Column("ceiling_yuan", "yuan"), Column("applied_ceiling_yuan", "yuan"),
        Column("accepted_ceiling_yuan", "yuan"), Column("approved_yuan", "yuan"), Column("paid_yuan", "yuan"),
    ),
    sort="claim_count",
)
CLAUSE_REASONS = Table(
    "clause_reasons", "clause_reasons",
    (
        Column("says"), Column("met_count", "count"), Column("not_met_count", "count"),
        Column("unknown_count", "count"), Column("review_count", "count"),
        Column("stopped_enterprise_count", "count"), Column("open_enterprise_count", "count"),
    ),
    sort="condition_order",
)
CLAUSE_MONTHS = Table(
    "clause_months", "clause_months",
    (Column("month", "day"), Column("outcome", "outcome"), Column("claim_count", "count")), sort="month",
)
_BY_PLACE = (
    Column("claim_count", "count"), Column("eligible_count", "count"), Column("applied_count", "count"),
    Column("paid_count", "count"), Column("paid_yuan", "yuan"),
)
CLAUSE_PARKS = Table(
    "clause_parks", "clause_parks",
    (Column("park_name", href=to_park, words=lambda row: row["park_name"] or t("no_park")), *_BY_PLACE),
    sort="-eligible_count",
)
CLAUSE_DISTRICTS = Table(
    "clause_districts", "clause_districts",
    (Column("district_name", words=lambda row: row["district_name"] or t("unknown")), *_BY_PLACE),
    sort="-eligible_count",
)
CLAUSE_INSTALMENTS = Table(
    "clause_instalments", "clause_instalments",
    (
        Column("instalment_no", "count"), Column("says", title="instalment_says"), Column("share", "rate"), Column("part_count", "count"),
        Column("settled_count", "count"), Column("not_due_count", "count"), Column("late_count", "count"), Column("doubt_count", "count"),
        Column("unclaimed_part_count", "count"), Column("forfeited_count", "count"), Column("amount_yuan", "yuan", title="parts_yuan"),
        Column("paid_yuan", "yuan"), Column("late_yuan", "yuan"),
    ),
    sort="part_order",
)


def documents_of(view: View) -> str:
    """Every text that has the clause."""
    return t("comma").join(dict.fromkeys(row["document_title"] for row in ask("clause_versions", clause=view.get("clause"))))


CLAUSE_VERSIONS = Table(
    "clause_versions", "clause_versions",
    (
        Column("document_title"), Column("first_day", "day"), Column("last_day", "day"), Column("coverage_status", group="coverage"),
        Column("award_words", "words"), Column("eligible_count", "count"), Column("needs_review_count", "count"), Column("undetermined_count", "count"),
        Column("not_eligible_count", "count"), Column("ceiling_before_overlap_yuan", "yuan"), Column("ceiling_yuan", "yuan"),
        Column("open_ceiling_yuan", "yuan"), Column("last_checked_on", "day"),
    ),
    sort="first_day", version=documents_of,
)
THE_LAW_ALONE = ("document_title", "first_day", "last_day", "award_words", "coverage_status", "last_checked_on")
"""Of the versions of a clause what no filter of its page cuts."""


def version_words(view: View) -> list[Row]:
    """A row for what each version of a clause says of each thing."""
    clause = view.get("clause")
    rows = ask("clause_versions", clause=clause)
    return [
        {
            "document_title": row["document_title"], "first_day": row["first_day"], "last_day": row["last_day"], "line_title": line.title,
            "line_words": line.cells[place], "is_changed": line.is_changed(place), "line_order": order * len(rows) + place,
        }
        for order, line in enumerate(lines(rows, ask("clause_version_conditions", clause=clause)))
        for place, row in enumerate(rows)
    ]


CLAUSE_VERSION_WORDS = Table(
    "clause_version_words", "dashboard/queries/clause_versions.sql",
    (
        Column("line_title"), Column("document_title"), Column("first_day", "day"), Column("last_day", "day"), Column("line_words", "words"),
        Column("is_changed", "flag"),
    ),
    sort="line_order", takes=("clause",), made=version_words, version=documents_of,
)

ABOUT_DECISIONS = Table(
    "about_decisions", "about_decisions",
    (
        Column("decision_id"), Column("title", title="decision_title"), Column("setting", group="option"),
        Column("default_setting", group="option"), Column("options", group="option"), Column("says", "words", title="reading"),
        Column("quote", "words"), Column("since", "day"),
    ),
    sort="decision_order",
)
ABOUT_DOCUMENTS = Table(
    "about_documents", "about_documents",
    (
        Column("document_title", "words"), Column("first_day", "day"), Column("last_day", "day"),
        Column("last_checked_on", "day"), *(Column(f"{status}_count", "count") for status in COVERAGE),
    ),
    sort="document_order",
)
ABOUT_ITEMS = Table(
    "about_items", "about_items",
    (
        Column("document", words=lambda row: g.snapshot.called(row["document"])), Column("item_id"), Column("title_zh"), Column("kind", group="item_kind"),
        Column("status", group="coverage", title="coverage_status"), Column("note", "words"),
    ),
    sort="item_order",
)
