"""Tables of what runs out when."""

from dashboard.reader import Row
from dashboard.tables.links import to_clause, to_firm, to_park
from dashboard.tables.table import POLICY, Column, Table
from dashboard.text import t


def _clause(row: Row) -> str:
    return f"{row['clause_id']} {row['title_zh']}" if row["clause_id"] else t("none")


_OF_A_FIRM = (
    Column("due_on", "day", title="deadline_on"), Column("days_left", "count"), Column("days_from_today", "count"), Column("lead_band", group="lead"),
    Column("kind", group="deadline", title="deadline_kind"), Column("what", "words"), Column("clause_id", href=to_clause, words=_clause), POLICY,
    Column("note", "words", title="deadline_note"),
)
_GROUNDS = (
    Column("opens_on", "day"), Column("quote", "words"), Column("decision_id"), Column("departments", "words"), Column("source", group="dataset"),
    Column("source_file", "code"), Column("row_no", "count"),
)
_FORMS = (*Table.forms, "ics")
DEADLINES = Table(
    "deadlines", "deadlines",
    (
        *_OF_A_FIRM[:6], Column("enterprise_name", href=to_firm), _OF_A_FIRM[6], POLICY, Column("actor", group="actor"), Column("park_name", href=to_park),
        Column("district_name"), _OF_A_FIRM[8],
    ),
    sort="due_on", also=(Column("title_zh"), Column("enterprise_id", "code"), *_GROUNDS), forms=_FORMS,
)
FIRM_DEADLINES = Table("firm_deadlines", "deadlines", _OF_A_FIRM, sort="due_on", takes=("firm",), also=_GROUNDS, forms=_FORMS)
DEADLINE_MONTHS = Table(
    "deadline_months", "deadline_months", (Column("month", "day"), Column("deadline_count", "count"), Column("enterprise_count", "count")),
    sort="month",
)
