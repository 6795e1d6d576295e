"""Tables of what stands behind audit findings: orders, applications, grounds and conditions, each with the row it was read from."""

from dashboard.tables.audit import ROLES
from dashboard.tables.table import Column, Table

_ROW = (Column("source_file", "code"), Column("sheet"), Column("row_no", "count"))
_HASH = Column("file_sha256", "code")
_OF = (Column("finding_id", "code"),)

EVIDENCE_PAYMENTS = Table(
    "evidence_payments", "evidence_payments",
    (
        Column("payment_no", "code"), Column("application_no", "code"), Column("clause_id", "id"), Column("paid_on", "day"), Column("amount_yuan", "yuan"),
        Column("payer_level", group="payer_level"), *_ROW,
    ),
    sort="paid_on", roles=ROLES, also=(_HASH, *_OF),
)
EVIDENCE_APPLICATIONS = Table(
    "evidence_applications", "evidence_applications",
    (
        Column("application_no", "code"), Column("clause_id", "id"), Column("enterprise_name"), Column("submitted_on", "day"), Column("status", group="status"),
        Column("requested_yuan", "yuan"), Column("approved_yuan", "yuan"), Column("paid_yuan", "yuan"), *_ROW,
    ),
    sort="submitted_on", roles=ROLES,
    also=(Column("accepted_on", "day"), Column("approved_on", "day"), Column("match_basis", group="match"), Column("without_ground_reason"), _HASH, *_OF),
)
EVIDENCE_GROUNDS = Table(
    "evidence_grounds", "evidence_grounds",
    (
        Column("clause_id", "id"), Column("event_title"), Column("qualified_on", "day"), Column("notice"), Column("outcome", "outcome"),
        Column("ceiling_yuan", "yuan"), Column("floor_yuan", "yuan"), Column("paid_yuan", "yuan"), *_ROW,
    ),
    sort="qualified_on", roles=ROLES,
    also=(
        Column("printed_name"), Column("issuer"), Column("certificate_no", "code"), Column("outcome_reason"), Column("ceiling_reason"), _HASH,
        Column("claim_id", "code"), *_OF,
    ),
)
EVIDENCE_CONDITIONS = Table(
    "evidence_conditions", "evidence_conditions",
    (
        Column("clause_id", "id"), Column("says", "words"), Column("outcome", group="answer"), Column("value_seen"), Column("value_needed"),
        Column("reason", "words"), Column("quote", "words"), Column("decision_id"),
    ),
    sort="condition_order", roles=ROLES, also=(Column("condition_order", "count"), Column("claim_id", "code"), *_OF),
)
