"""Tables of what needs a look."""

from dashboard.findings import gone
from dashboard.reader import Row
from dashboard.tables.links import to_clause, to_firm
from dashboard.tables.table import POLICY, Column, Table

ROLES = ("analyst", "auditor", "admin")


def _evidence(row: Row) -> str:
    return " ".join(filter(None, (row["evidence"], row["application_no"])))


AUDIT = Table(
    "audit", "audit",
    (
        Column("enterprise_name", href=to_firm), Column("kind", group="finding", title="finding"), Column("status", group="finding_status", title="finding_status"),
        Column("clause_id", "id", href=to_clause), POLICY, Column("at_stake_yuan", "yuan"), Column("evidence", "words", words=_evidence), Column("found_on", "day"),
        Column("owner"), Column("note", "words"),
        Column("amount_yuan", "yuan", title="paid_or_asked_yuan"), Column("ceiling_yuan", "yuan"),
        Column("floor_yuan", "yuan"), Column("other_award_yuan", "yuan"),
    ),
    sort="-at_stake_yuan", roles=ROLES, key=("finding_id",),
    also=(
        Column("noted_by"), Column("noted_on", "day"), Column("finding_id", "code"), Column("payment_nos", "code"), Column("outcome_reason", title="failed_condition"), Column("application_no", "code"), Column("title_zh"),
        Column("enterprise_id", "code"), Column("park_name"), Column("district_code"),
        Column("limit_yuan", "yuan"), Column("outcome", "outcome"), Column("last_status", group="status"),
        Column("qualified_on", "day"),
    ),
)
AUDIT_KINDS = Table(
    "audit_kinds", "audit_kinds",
    (
        Column("kind", group="finding", title="finding"), Column("finding_count", "count"),
        Column("enterprise_count", "count"), Column("at_stake_yuan", "yuan"), Column("new_finding_count", "count"),
    ),
    sort="-at_stake_yuan", roles=ROLES,
)
AUDIT_GONE = Table(
    "audit_gone", "dashboard/findings.py",
    (
        Column("enterprise_name"), Column("kind", group="finding", title="finding"), Column("status", group="finding_status", title="finding_status"),
        Column("clause_id", "id"), Column("at_stake_yuan", "yuan"), Column("evidence", "words", words=_evidence), Column("gone_on", "day", title="not_seen_since"),
        Column("owner"), Column("note", "words"),
    ),
    sort="-gone_on", roles=ROLES, key=("finding_id",), made=lambda _: gone(),
    also=(Column("found_on", "day"), Column("noted_by"), Column("noted_on", "day"), Column("finding_id", "code"), Column("enterprise_id", "code")),
)
AUDIT_STATES = Table(
    "audit_states", "audit_states",
    (
        Column("status", group="finding_status", title="finding_status"), Column("finding_count", "count"), Column("enterprise_count", "count"),
        Column("at_stake_yuan", "yuan"),
    ),
    sort="-finding_count", roles=ROLES,
)
