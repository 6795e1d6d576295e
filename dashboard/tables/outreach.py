"""Tables of what may be claimed and was not: 应享未享."""

from dashboard.components import number
from dashboard.reader import Row
from dashboard.tables.links import to_clause, to_firm, to_park
from dashboard.tables.table import Column, Table
from dashboard.text import t


def bound(row: Row) -> str:
    """The upper bound; a floor where the text sets one instead; what another claim of the firm leaves of it."""
    if row["floor_yuan"] is not None:
        return f"{t('claim.floor')} {number.yuan(row['floor_yuan'])}"
    if row["net_ceiling_yuan"] is None:  # eligible, so its base is known
        return t("not_stated")
    rest = number.yuan(row["net_ceiling_yuan"])
    return f"{t('outreach.superseded')}{rest}" if row["superseded_reason"] else rest


def named_clause(row: Row) -> str:
    return f"{row['clause_id']} {row['title_zh']}"


def contact(row: Row) -> str:
    """Whether the firm was called, when and by whom."""
    if row["contacted_on"] is None:
        return t("outreach.open")
    return t("outreach.contacted_by", day=number.day(row["contacted_on"])[5:], who=row["contacted_by"])


OUTREACH = Table(
    "outreach", "outreach",
    (
        Column("enterprise_name", href=to_firm), Column("clause_id", href=to_clause, words=named_clause),
        Column("net_ceiling_yuan", "yuan", words=bound), Column("district_name"),
        Column("park_name", href=to_park), Column("qualified_on", "day"),
        Column("days_since_qualified", "count"), Column("is_selective", "flag"),
        Column("credit_flags", group="credit_flag"), Column("contacted_on", "day", words=contact), Column("contact_note", "words"),
    ),
    sort="-net_ceiling_yuan", key=("claim_id",), takes=("clause", "park", "district", "measure", "amount", "contact"),
    also=(
        Column("title_zh"), Column("event_title"), Column("enterprise_id", "code"), Column("floor_yuan", "yuan"),
        Column("superseded_reason"), Column("contacted_by"),
    ),
)
OUTREACH_GROUPS = Table(
    "outreach_groups", "outreach_groups",
    (
        Column("district_name"), Column("clause_id", words=lambda row: row["clause_id"] or t("filter.all")),
        Column("title_zh"), Column("outreach_count", "count"), Column("enterprise_count", "count"), Column("outreach_yuan", "yuan"),
        Column("contacted_count", "count"),
    ),
    sort="-outreach_count", takes=OUTREACH.takes,
)
