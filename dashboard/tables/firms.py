"""Tables of the firms, and of one firm."""

from dashboard.components import number
from dashboard.reader import Row
from dashboard.tables.links import to_clause, to_firm, to_park
from dashboard.tables.table import POLICY, Column, Table
from dashboard.text import t


def _name(row: Row) -> str:
    """The name with the former ones."""
    return f"{row['enterprise_name']} {t('firm.former', names=row['former_names'])}" if row["former_names"] else str(row["enterprise_name"])


def capital(row: Row) -> str:
    """Of a capital that is not stated nothing is said."""
    return t("none") if row["registered_capital_yuan"] is None else number.yuan(row["registered_capital_yuan"])


def _seen(row: Row) -> str:
    return str(row["value_seen"] or t("unknown"))


FIRM_LIST = Table(
    "firm_list", "firm_list",
    (
        Column("enterprise_name", href=to_firm, words=_name), Column("enterprise_id", "code"), Column("district_name"),
        Column("park_name"), Column("registered_on", "day"), Column("registration_status"),
        Column("software_outcome", group="software"), Column("claim_count", "count"), Column("credit_flags", group="credit_flag"),
        Column("rung_title"), Column("registered_capital_yuan", "yuan", words=capital), Column("street"), Column("gone_on", "day"),
    ),
    sort="-claim_count",
)
FIRM_CLAIMS = Table(
    "firm_claims", "firm_claims",
    (
        POLICY, Column("clause_id", href=to_clause), Column("title_zh"), Column("event_title"),
        Column("park_name", href=to_park), Column("qualified_on", "day"), Column("outcome", "outcome"), Column("outcome_reason"),
        Column("ceiling_yuan", "yuan"), Column("net_ceiling_yuan", "yuan"), Column("floor_yuan", "yuan"),
        Column("superseded_reason"), Column("last_status", group="status"), Column("approved_yuan", "yuan"),
        Column("paid_yuan", "yuan"),
    ),
    sort="-qualified_on",
)
FIRM_CONDITIONS = Table(
    "firm_conditions", "firm_conditions",
    (
        Column("clause_id"), Column("claim_id"), Column("says"), Column("outcome", group="answer"),
        Column("value_seen"), Column("value_needed"), Column("reason"), Column("quote"), Column("decision_id"),
    ),
    sort="claim_id", takes=("firm",),
)
FIRM_INSTALMENTS = Table(
    "firm_instalments", "firm_instalments",
    (
        POLICY, Column("clause_id", href=to_clause), Column("event_title"), Column("instalment_no", "count"), Column("says", title="instalment_says"), Column("share", "rate"),
        Column("amount_yuan", "yuan", title="instalment_yuan"), Column("due_on", "day", title="instalment_due_on"), Column("paid_yuan", "yuan"),
        Column("paid_on", "day"), Column("state", group="instalment", title="instalment_state"), Column("late_days", "count"), Column("reason", "words"),
    ),
    sort="claim_id", takes=("firm",), also=(Column("needed", "words", title="instalment_needed"), Column("answer", group="answer", title="instalment_answer"), Column("quote", "words"), Column("decision_id")),
)
FIRM_APPLICATIONS = Table(
    "firm_applications", "firm_applications",
    (
        Column("application_no", "code"), POLICY, Column("clause_id", href=to_clause), Column("submitted_on", "day"),
        Column("accepted_on", "day"), Column("status", group="status"), Column("requested_yuan", "yuan"),
        Column("approved_yuan", "yuan"), Column("paid_yuan", "yuan"), Column("match_basis", group="match"),
    ),
    sort="-submitted_on",
)
FIRM_PAYMENTS = Table(
    "firm_payments", "firm_payments",
    (
        Column("payment_no", "code"), POLICY, Column("clause_id", href=to_clause), Column("paid_on", "day"),
        Column("amount_yuan", "yuan"), Column("payer_level", group="payer_level"), Column("paid_by_record"),
    ),
    sort="-paid_on", also=(Column("own_yuan", "yuan"),),
)
FIRM_LACKING = Table(
    "firm_lacking", "firm_lacking",
    (
        POLICY, Column("clause_id", "id"), Column("title_zh"), Column("event_title"), Column("says"), Column("outcome", group="answer"), Column("value_seen", words=_seen),
        Column("value_needed"),
    ),
    sort="clause_id", takes=("firm",),
)
FIRM_MATERIALS = Table(
    "firm_materials", "firm_materials",
    (
        POLICY, Column("clause_id", "id"), Column("title_zh"), Column("window_says", words=lambda row: row["window_says"] or t("not_stated")),
        Column("materials", words=lambda row: row["materials"] or t("not_stated")), Column("departments", "words"),
    ),
    sort="clause_id", takes=("firm",),
)
FIRM_EVENTS = Table(
    "firm_events", "firm_events",
    (
        Column("qualified_on", "day"), Column("event_title"), Column("series_kind", group="series"),
        Column("document", "words", title="notice"),
        Column("issuer"), Column("source_file", "code"), Column("row_no", "count"),
    ),
    sort="-qualified_on",
)
