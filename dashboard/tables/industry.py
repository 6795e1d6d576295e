"""Tables of the industry's statistics, of its indicators, targets and of what is published elsewhere."""

from dashboard.access.scope import SEES_SINGLE_FIRMS
from dashboard.components import number
from dashboard.reader import Row
from dashboard.tables.links import to_firm, to_indicator, to_park
from dashboard.tables.policy import threshold
from dashboard.tables.table import Column, Table
from dashboard.text import t


def value(row: Row) -> str:
    """A figure in the unit its row names."""
    return number.in_measure(row["value"], row["unit"])


def growth(row: Row) -> str:
    """Matched growth; over a change of the survey's scope there is none."""
    return t("withheld") if row["growth_rate"] is None and row.get("series_note") else number.growth(row["growth_rate"])


def _ratio(key: str) -> Column:
    return Column(key, "decimal", words=lambda row: number.in_measure(row[key], row["unit"]))


def ratio_change(row: Row) -> str:
    """A share changes by points, a sum a head by its growth."""
    return number.points(row["change_points"]) if row["unit"] == "share" else number.growth(row["change_rate"])


def published(row: Row) -> str:
    """Who published it under which title and when, with 未核实 where no page of its own was seen."""
    if not (row["issuer"] or row["title"]):
        return t("none")
    day = number.day(row["published_on"]) if row.get("published_on") else ""
    mark = f"［{t('unverified')}］" if row["is_unverified"] else ""
    return f"{mark}{row['issuer'] or ''}《{row['title'] or ''}》{day}"


def in_own_unit(key: str) -> Column:
    """A figure of an indicator or target in its own unit."""
    return Column(key, "decimal", words=lambda row: number.in_unit(row[key], row["unit"]))


_FLAGS = (Column("is_withheld", "flag"), Column("is_withheld_secondary", "flag"))

INDUSTRY_CUT = Table(
    "industry_cut", "industry_cut",
    (
        Column("measure_id", group="measure_id"), Column("value", "decimal", words=value), Column("growth_rate", "growth", words=growth),
        Column("matched_count", "count"), Column("matched_value_share", "rate"), Column("reported_count", "count"), Column("due_count", "count"),
        Column("reported_due_count", "count"), Column("growing_count", "count"), Column("fallen_count", "count"), Column("growing_rate", "rate"),
        Column("median_growth_rate", "growth"), Column("top10_share", "rate"), Column("top100_share", "rate"), Column("largest_share", "rate"),
        Column("growth_without_largest_rate", "growth"), Column("entrant_count", "count"), Column("entered_count", "count"),
        Column("left_count", "count"), Column("doubtful_count", "count"),
    ),
    sort="measure_id",
    also=(Column("period"), Column("unit"), Column("matched_value", "decimal"), Column("base_value", "decimal"), Column("entrant_value", "decimal"), *_FLAGS, Column("withheld_reason")),
)  # fmt: skip
INDUSTRY_LINE = Table(
    "industry_line", "industry_line",
    (
        Column("period"), Column("value", "decimal", words=value), Column("growth_rate", "growth", words=growth), Column("matched_count", "count"),
        Column("reported_count", "count"),
    ),
    sort="-period", also=(Column("unit"), Column("matched_value", "decimal"), Column("base_value", "decimal"), *_FLAGS, Column("withheld_reason")),
)  # fmt: skip
INDUSTRY_BENCHMARKS = Table(
    "industry_benchmarks", "industry_benchmarks",
    (
        Column("period"), Column("area"), Column("yoy_percent", "decimal"), Column("value", "decimal"), Column("unit"), Column("vintage"),
        Column("title", "words", title="published", words=published), Column("is_unverified", "flag"), Column("is_break", "flag"),
        Column("survey_scope", "words"),
    ),
    sort="-period", also=(Column("issuer"), Column("published_on", "day"), Column("note"), Column("has_other_value", "flag")),
)  # fmt: skip
INDUSTRY_GAP = Table(
    "industry_gap", "industry_gap",
    (
        Column("measure_id", group="measure_id"), Column("area"), Column("city_growth_rate", "growth"), Column("compared_period"),
        Column("city_yoy_percent", "decimal"), Column("yoy_percent", "decimal"), Column("gap_points", "points"), Column("is_same_period", "flag"),
        Column("title", "words", title="published", words=published), Column("note", "words"),
    ),
    sort="measure_id", also=(Column("period"), Column("issuer"), Column("published_on", "day"), Column("is_unverified", "flag")),
)  # fmt: skip
INDUSTRY_CONTRIBUTION = Table(
    "industry_contribution", "industry_contribution",
    (
        Column("cut_kind", group="cut_kind"), Column("cut_name"), Column("value", "yuan"), Column("delta_yuan", "yuan"),
        Column("contribution_rate", "growth", words=lambda row: pulled(row["contribution_rate"])),
        Column("growth_rate", "growth"), Column("matched_count", "count"), Column("reported_count", "count"),
    ),
    sort="cut_kind", also=(Column("period"), Column("cut_id"), Column("base_yuan", "yuan"), Column("total_growth_rate", "growth"), *_FLAGS),
)  # fmt: skip


def pulled(rate: float | None) -> str:
    """What a part added to total growth, in percentage points."""
    return number.points(None if rate is None else rate * 100)


INDUSTRY_STRUCTURE = Table(
    "industry_structure", "industry_structure",
    (
        Column("part_kind", group="part_kind"), Column("part_name"), Column("value_yuan", "yuan"), Column("share", "rate"),
        Column("base_share", "rate"), Column("national_share", "rate"), Column("gap_points", "points"), Column("firm_count", "count"),
        Column("national_note", "words"),
    ),
    sort="part_order", also=(Column("period"), Column("whole_yuan", "yuan"), Column("largest_share", "rate"), *_FLAGS),
)  # fmt: skip
INDUSTRY_QUALITY = Table(
    "industry_quality", "industry_quality",
    (
        Column("ratio_id", group="ratio_id"), _ratio("ratio_value"), _ratio("base_ratio_value"), Column("change_points", "points", words=ratio_change),
        Column("firm_count", "count"),
    ),
    sort="ratio_id",
    also=(Column("period"), Column("unit"), Column("numerator_value", "decimal"), Column("denominator_value", "decimal"), Column("change_rate", "growth"), Column("is_withheld", "flag")),
)  # fmt: skip
INDUSTRY_YEARS = Table(
    "industry_years", "industry_years",
    (
        Column("stat_year"), Column("value", "decimal", words=value), Column("growth_rate", "growth", words=growth), Column("reported_count", "count"),
        Column("sample_share", "rate"), Column("entered_count", "count", title="listed_count"), Column("left_count", "count", title="unlisted_count"),
        Column("crossed_2000w_up_count", "count"), Column("crossed_2000w_down_count", "count"), Column("crossed_500w_up_count", "count"),
        Column("crossed_500w_down_count", "count"),
    ),
    sort="-stat_year",
    also=(Column("unit"), Column("sample_value", "decimal"), Column("matched_count", "count"), Column("above_500w_count", "count"), Column("above_2000w_count", "count"), Column("series_note"), *_FLAGS),
)  # fmt: skip
INDUSTRY_FIRMS = Table(
    "industry_firms", "industry_firms",
    (
        Column("enterprise_name", href=to_firm), Column("district_name"), Column("park_name"), Column("size_class", group="size"),
        Column("software_revenue_yuan", "yuan"), Column("software_revenue_base_yuan", "yuan"), Column("delta_yuan", "yuan"),
        Column("growth_rate", "growth"), Column("doubt", "words"),
    ),
    sort="-delta_yuan", roles=SEES_SINGLE_FIRMS,
    also=(Column("enterprise_id", "code"), Column("period"), Column("is_due", "flag"), Column("is_counted", "flag"), Column("is_entrant", "flag"), Column("source_file", "code"), Column("row_no", "count")),
)  # fmt: skip
TARGETS = Table(
    "targets", "targets",
    (
        Column("title", title="target", href=to_indicator), Column("target_year"), in_own_unit("target_value"), in_own_unit("actual_value"),
        Column("actual_year"), in_own_unit("gap_value"), Column("pace_needed_rate", "growth"), Column("status", group="target_status"),
        Column("document", "words", title="target_document", words=lambda row: _from(row)), Column("note", "words"),
    ),
    sort="target_year", also=(Column("unit"), Column("page"), Column("is_unverified", "flag")),
)  # fmt: skip


def _from(row: Row) -> str:
    mark = f"［{t('unverified')}］" if row["is_unverified"] else ""
    return mark + str(row["document"] or "")


def _part(key: str) -> Column:
    """A part of a rate in the unit both have."""
    return Column(key, "decimal", words=lambda row: number.in_measure(row[key], row["parts_unit"]))


INDICATOR = Table(
    "indicator", "indicator",
    (
        Column("stat_year"), Column("scope", group="scope_kind"), Column("place_name"),
        Column("value", "decimal", words=lambda row: t("lacking.unknown") if row["value"] is None else number.in_unit(row["value"], row["unit"])),
        _part("numerator"), _part("denominator"), Column("firm_count", "count"), Column("change_rate", "growth"),
        Column("change_points", "points"), Column("status", group="indicator_status"), Column("series_note", "words"),
    ),
    sort="-stat_year", also=(Column("unit"), Column("parts_unit"), Column("source", "words"), Column("is_unverified", "flag"), Column("district_code"), Column("park_id"), Column("is_withheld", "flag")),
)  # fmt: skip
PARK_INDICATORS = Table(
    "park_indicators", "park_indicators",
    (
        Column("place_name", title="park_name", href=to_park), Column("title", title="indicator"),
        Column("value", "decimal", words=lambda row: t("none") if row["value"] is None else number.in_unit(row["value"], row["unit"])),
        Column("threshold", "decimal", words=threshold),
        Column("status", group="indicator_status"), Column("stat_year"), Column("source", "words"), Column("series_note", "words"),
    ),
    sort="indicator_order", also=(Column("unit"), Column("firm_count", "count"), Column("is_unverified", "flag")),
)  # fmt: skip
BENCHMARK_CITIES = Table(
    "benchmark_cities", "benchmark_cities",
    (
        Column("area"), Column("period"), in_own_unit("value"), Column("yoy_percent", "decimal"),
        Column("title", "words", title="published", words=published), Column("survey_scope", "words"),
    ),
    sort="area", also=(Column("series_title", title="series"), Column("unit"), Column("issuer"), Column("published_on", "day"), Column("note"), Column("is_unverified", "flag"), Column("has_other_value", "flag")),
)  # fmt: skip
FIRM_MONTHS = Table(
    "firm_months", "firm_months",
    (
        Column("period"), Column("software_revenue_yuan", "yuan"), Column("software_revenue_base_yuan", "yuan"), Column("revenue_yuan", "yuan"),
        Column("profit_yuan", "yuan"), Column("rd_expense_yuan", "yuan"), Column("staff_count", "count"), Column("doubt", "words"),
    ),
    sort="-period", roles=SEES_SINGLE_FIRMS,
    also=(Column("revenue_base_yuan", "yuan"), Column("wages_yuan", "yuan"), Column("staff_base_count", "count"), Column("size_class", group="size"), Column("is_counted", "flag"), Column("source_file", "code"), Column("row_no", "count")),
)  # fmt: skip
FIRM_YEARS = Table(
    "firm_years", "firm_years",
    (
        Column("stat_year"), Column("main_field"), Column("software_revenue_yuan", "yuan"),
        Column("field_rank", "count", words=lambda row: number.parts(row["field_rank"], row["field_firm_count"]) if row["field_rank"] else t("none")),
        Column("revenue_yuan", "yuan"), Column("profit_yuan", "yuan"), Column("rd_expense_yuan", "yuan"), Column("staff_count", "count"),
    ),
    sort="-stat_year", roles=SEES_SINGLE_FIRMS, also=(Column("field_firm_count", "count"), Column("source_file", "code"), Column("row_no", "count")),
)  # fmt: skip
