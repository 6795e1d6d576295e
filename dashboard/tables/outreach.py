"""Tables of what may be claimed and was not: 应享未享."""

from dashboard.components import number
from dashboard.reader import Row
from dashboard.tables.links import to_clause, to_firm, to_park
from dashboard.tables.table import POLICY, Column, Table
from dashboard.text import t, word


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
    """Whether the firm was called, when and by whom, and how it ended."""
    if row["contacted_on"] is None:
        return t("outreach.open")
    by = t("outreach.contacted_by", day=number.day(row["contacted_on"])[5:], who=row["contacted_by"])
    return by if row["contact_state"] == "contacted" else f"{t('contact.' + row['contact_state'])} {by}"


def contact_note(row: Row) -> str:
    """Why it ended without an application, and the caller's words."""
    reason = word("contact_reason", row["contact_reason"]) if row["contact_reason"] else None
    return t("semicolon").join(filter(None, (reason, row["contact_note"]))) or t("none")


def due(row: Row) -> str:
    """The day of the next call; one that has come says so."""
    return number.day(row["next_on"]) + (f" {t('outreach.is_due')}" if row["is_due"] else "")


OUTREACH = Table(
    "outreach", "outreach",
    (
        Column("enterprise_name", href=to_firm), Column("clause_id", href=to_clause, words=named_clause), POLICY,
        Column("net_ceiling_yuan", "yuan", words=bound), Column("district_name"),
        Column("park_name", href=to_park), Column("qualified_on", "day"),
        Column("days_since_qualified", "count"), Column("is_selective", "flag"),
        Column("doubts", group="doubt"), Column("contacted_on", "day", words=contact), Column("assignee"), Column("next_on", "day", words=due),
        Column("contact_note", "words", words=contact_note),
    ),
    sort="-net_ceiling_yuan", key=("claim_id",), takes=("clause", "park", "district", "measure", "amount", "contact", "assignee", "hide"),
    also=(
        Column("contact_state", group="contact"), Column("contact_reason", group="contact_reason"), Column("contacted_by"), Column("is_due", "flag", title="call_is_due"),
        Column("credit_flags", group="credit_flag"), Column("title_zh"), Column("event_title"), Column("enterprise_id", "code"),
        Column("floor_yuan", "yuan"), Column("superseded_reason"), Column("claim_id", "code"),
    ),
)
OUTREACH_GROUPS = Table(
    "outreach_groups", "outreach_groups",
    (
        Column("district_name"), POLICY, Column("clause_id", words=lambda row: row["clause_id"] or t("filter.all")),
        Column("title_zh"), Column("outreach_count", "count"), Column("enterprise_count", "count"), Column("outreach_yuan", "yuan"),
        Column("contacted_count", "count"),
    ),
    sort="-outreach_count", takes=OUTREACH.takes,
)
OUTREACH_PROGRESS = Table(
    "outreach_progress", "outreach_progress",
    (
        Column("district_name", words=lambda row: t("report.total") if row["is_total"] else row["district_name"] or t("unknown")), Column("outreach_count", "count"),
        Column("contacted_count", "count"), Column("contacted_rate", "rate"), Column("done_count", "count"), Column("declined_count", "count"),
        Column("due_count", "count", title="call_due_count"), Column("assigned_count", "count"),
    ),
    sort="-outreach_count", takes=OUTREACH.takes,
)
