"""Tables of who makes up the industry: firms that came and went, of which kind they are, the ladder of titles."""

from dashboard.reader import Row
from dashboard.tables.firms import capital
from dashboard.tables.links import to_firm
from dashboard.tables.table import Column, Table
from dashboard.text import t, word


def part_name(row: Row) -> str:
    """What a part of a cut is called: a name of the data, or the word for its class."""
    is_named = row["cut"] in ("district", "park", "street") and row["part"] not in ("none", "unknown")
    return str(row["part_name"] or row["part"]) if is_named else t(f"firm_part.{row['cut']}.{row['part']}")


def rung_name(row: Row, key: str) -> str:
    """A rung of a flow, or where a firm came from and went that stands on none."""
    return str(row[f"{key}_rung_title"] or t(f"rung_{key}.{row[f'{key}_rung']}"))


def graded(row: Row) -> str:
    """A title with its level or grade: 专精特新 国家级, CMMI 5级."""
    if row["list"] == "listing" or (row["level"] is None and row["grade_number"] is None):
        return str(row["title"])
    return f"{row['title']} {t('grade_n', n=row['grade_number']) if row['grade_number'] else word('level', row['level'])}"


COUNTS = tuple(Column(f"{key}_count", "count") for key in ("new", "closed", "absent", "net", "registered", "stock"))
FIRM_PERIODS = Table(
    "firm_periods", "firm_periods",
    (Column("period_kind", group="period_kind"), Column("period", title="term"), Column("ends_on", "day"), *COUNTS, Column("closed_undated_count", "count")),
    sort="-ends_on",
)
FIRM_COHORTS = Table(
    "firm_cohorts", "firm_cohorts",
    (
        Column("cohort_year", "id"), Column("years", "count", title="after_years"), Column("firm_count", "count"), Column("gone_count", "count"),
        Column("undated_count", "count"), Column("survival_rate_low", "rate"), Column("survival_rate", "rate"),
    ),
    sort="-cohort_year",
)
FIRM_PARTS = Table(
    "firm_parts", "firm_parts",
    (
        Column("cut", group="firm_cut"), Column("part", words=part_name), Column("registered_count", "count"), Column("closed_count", "count"),
        Column("absent_count", "count"), Column("stock_count", "count"),
    ),
    sort="cut",
)
LADDER = Table(
    "ladder", "ladder",
    (Column("stood_on", "day"), Column("rung_rank", "count"), Column("rung_title"), Column("firm_count", "count"), Column("open_count", "count")),
    sort="-stood_on", takes=("district", "park"),
)
LADDER_FLOW = Table(
    "ladder_flow", "ladder_flow",
    (
        Column("year", "id"), Column("from_rung", words=lambda row: rung_name(row, "from")), Column("to_rung", words=lambda row: rung_name(row, "to")),
        Column("direction", group="direction"), Column("firm_count", "count"), Column("open_count", "count"),
    ),
    sort="-year",
)
TITLE_YEARS = Table(
    "title_years", "title_years",
    (
        Column("year", "id"), Column("title", words=graded), Column("granted_count", "count"), Column("renewed_count", "count"),
        Column("cancelled_count", "count"), Column("expired_count", "count"), Column("standing_count", "count"), Column("open_count", "count"),
    ),
    sort="-year", also=(Column("list", group="list"), Column("level", group="level"), Column("grade_number", "count")),
)
TITLE_EVENTS = Table(
    "title_events", "title_events",
    (
        Column("enterprise_name", href=to_firm), Column("event_title"), Column("qualified_on", "day", title="published_on"), Column("series_kind", group="series"),
        Column("scheme"), Column("district_name"), Column("park_name"), Column("document", "words", title="notice"),
    ),
    sort="-qualified_on", also=(Column("enterprise_id", "code"), Column("list", "code"), Column("level", group="level"), Column("issuer")),
)
FIRMS_NEW = Table(
    "firms_new", "firms_new",
    (
        Column("enterprise_name", href=to_firm), Column("registered_on", "day"), Column("district_name"), Column("park_name"),
        Column("registered_capital_yuan", "yuan", words=capital), Column("software_outcome", group="software"),
    ),
    sort="-registered_on", also=(Column("enterprise_id", "code"), Column("street")),
)
FIRMS_GONE = Table(
    "firms_gone", "firms_gone",
    (
        Column("enterprise_name", href=to_firm), Column("gone_on", "day"), Column("gone_how", group="gone_how"), Column("registered_on", "day"),
        Column("district_name"), Column("park_name"),
    ),
    sort="-gone_on", also=(Column("enterprise_id", "code"), Column("registration_status")),
)
FIRM_MOVES = Table(
    "firm_moves", "firm_moves",
    (
        Column("enterprise_name", href=to_firm), Column("from_district_name"), Column("to_district_name"), Column("told_before_on", "day"),
        Column("told_on", "day"), Column("place_basis"),
    ),
    sort="-told_on", also=(Column("enterprise_id", "code"),),
)
LIST_REACH = Table(
    "list_reach", "list_reach",
    (
        Column("title", words=lambda row: " ".join(filter(None, (row["title"], row["kind"])))), Column("level", group="level"),
        Column("reaches_back_to", "day"), Column("newest_on", "day"), Column("missing_words", "words", title="reach_lacks"),
    ),
    sort="title",
)
