"""Tables of what changed between two snapshots: then and now on one line, and by how much."""

from dashboard.comparison import compared
from dashboard.components import number
from dashboard.reader import Row
from dashboard.tables import audit
from dashboard.tables.links import to_clause, to_firm, to_indicator
from dashboard.tables.table import Column, Table
from dashboard.text import t


def _side(row: Row, side: str) -> str:
    """A figure on one side: a rate with its two parts, growth with its period."""
    value = row[f"{side}_value"]
    if row["unit"] == "yuan":
        return number.yuan(value)
    if row["unit"] == "count":
        return number.count(value)
    if row[f"{side}_basis"]:
        return f"{number.growth(value)} {number.period(row[f'{side}_basis'])}"
    parts = f" {number.parts(row[f'{side}_part'], row[f'{side}_whole'])}" if row[f"{side}_whole"] else ""
    return number.rate(value) + parts


def moved(row: Row) -> str:
    """By how much a figure differs, where the two are of one kind; a rate by points."""
    if not row["is_comparable"]:
        return t("compare.other_period")
    if row["unit"] == "yuan":
        return number.signed_yuan(row["change"])
    return number.signed_count(row["change"]) if row["unit"] == "count" else number.points(None if row["change"] is None else row["change"] * 100)


def _indicator(row: Row, side: str) -> str:
    told = number.in_unit(row[f"{side}_value"], row["unit"])
    return told if row[f"{side}_year"] is None else t("compare.of_year", value=told, year=row[f"{side}_year"])


def moved_indicator(row: Row) -> str:
    if not row["is_comparable"]:
        return t("compare.other_year")
    if row["change"] is None:
        return t("none")
    return number.points(row["change"]) if row["unit"] == "%" else f"{row['change']:+,.1f} {row['unit'] or ''}".rstrip()


def _signed(key: str) -> Column:
    return Column(key, "yuan", words=lambda row: number.signed_yuan(row[key]))


COMPARE_FIGURES = Table(
    "compare_figures", "compare_figures",
    (
        Column("figure_id", group="compare_figure", title="figure"), Column("old_value", "decimal", words=lambda row: _side(row, "old")),
        Column("new_value", "decimal", words=lambda row: _side(row, "new")), Column("change", "decimal", title="change_of_figure", words=moved),
    ),
    sort="figure_order", within=compared,
    also=(Column("unit", group="compare_unit"), Column("old_part", "count"), Column("old_whole", "count"), Column("new_part", "count"), Column("new_whole", "count"), Column("old_basis"), Column("new_basis"), Column("is_comparable", "flag")),
)  # fmt: skip
COMPARE_SUMMARY = Table(
    "compare_summary", "compare_summary",
    (
        Column("clause_id", "id", href=to_clause), Column("moved_by", group="moved_by"), Column("claim_count", "count", title="moved_claim_count"), Column("side_count", "count"),
        _signed("change_net_ceiling_yuan"), _signed("change_paid_yuan"),
    ),
    sort="clause_id", within=compared,
)  # fmt: skip
COMPARE_RULES = Table(
    "compare_rules", "compare_rules",
    (
        Column("rule_kind", group="rule_kind"), Column("rule_id", "id"), Column("title", title="rule_title"), Column("change", group="change_kind"),
        Column("old_setting", group="option"), Column("new_setting", group="option"),
    ),
    sort="rule_id", within=compared,
)  # fmt: skip
COMPARE_CLAIMS = Table(
    "compare_claims", "compare_claims",
    (
        Column("enterprise_name", href=to_firm), Column("clause_id", "id", href=to_clause), Column("old_outcome", "outcome"), Column("new_outcome", "outcome"),
        Column("old_net_ceiling_yuan", "yuan"), Column("new_net_ceiling_yuan", "yuan"), _signed("change_net_ceiling_yuan"), Column("old_paid_yuan", "yuan"),
        Column("new_paid_yuan", "yuan"), Column("moved_by", group="moved_by"), Column("park_name"),
    ),
    sort="clause_id", within=compared,
    also=(Column("enterprise_id", "code"), Column("district_code"), Column("new_outcome_reason", "words"), _signed("change_paid_yuan"), Column("has_changed_sides", "flag"), Column("claim_id", "code")),
)  # fmt: skip
COMPARE_FIRMS = Table(
    "compare_firms", "compare_firms",
    (
        Column("enterprise_name", href=to_firm), Column("change", group="firm_change"), Column("gone_how", group="gone_how"), Column("gone_on", "day"), Column("registered_on", "day"),
        Column("district_name"), Column("park_name"), Column("software_outcome", group="software"),
    ),
    sort="-change", within=compared, also=(Column("enterprise_id", "code"),),
)  # fmt: skip
COMPARE_PAYMENTS = Table(
    "compare_payments", "compare_payments",
    (
        Column("payment_no", "code"), Column("change", group="change_kind"), Column("enterprise_name", href=to_firm), Column("clause_id", "id", href=to_clause), Column("paid_on", "day"),
        Column("old_amount_yuan", "yuan"), Column("new_amount_yuan", "yuan"), _signed("change_yuan"), Column("payer_level", group="payer_level"), Column("park_name"),
    ),
    sort="-paid_on", within=compared, also=(Column("application_no", "code"), Column("enterprise_id", "code"), Column("district_code")),
)  # fmt: skip
COMPARE_FINDINGS = Table(
    "compare_findings", "compare_findings",
    (
        Column("enterprise_name", href=to_firm), Column("change", group="change_kind"), Column("kind", group="finding", title="finding"), Column("clause_id", "id", href=to_clause),
        Column("at_stake_yuan", "yuan"), Column("evidence", "words"), Column("found_on", "day"),
    ),
    sort="-at_stake_yuan", within=compared, roles=audit.ROLES,
    also=(Column("severity", group="severity"), Column("application_no", "code"), Column("enterprise_id", "code"), Column("park_name"), Column("district_code")),
)  # fmt: skip
COMPARE_INDICATORS = Table(
    "compare_indicators", "compare_indicators",
    (
        Column("title", title="indicator", href=to_indicator), Column("old_value", "decimal", words=lambda row: _indicator(row, "old")),
        Column("new_value", "decimal", words=lambda row: _indicator(row, "new")), Column("change", "decimal", title="change_of_figure", words=moved_indicator),
        Column("new_status", group="indicator_status"), Column("series_note", "words"),
    ),
    sort="indicator_order", within=compared,
    also=(Column("unit"), Column("old_year"), Column("new_year"), Column("old_status", group="indicator_status"), Column("is_comparable", "flag")),
)  # fmt: skip
