"""Tables of the rows behind the figures: claims, applications, payments, certificates, leases."""

from dashboard.tables.links import to_clause, to_firm, to_park
from dashboard.tables.outreach import named_clause
from dashboard.tables.table import POLICY, Column, Table
from dashboard.text import t

_FIRM, _PARK = Column("enterprise_name", href=to_firm), Column("park_name", href=to_park)


def _clause(row: dict[str, object]) -> str:
    return named_clause(row) if row["title_zh"] else str(row["clause_id"] or t("none"))


_CLAUSE = Column("clause_id", href=to_clause, words=_clause)
CLAIMS = Table(
    "claims", "claims",
    (
        _FIRM, _CLAUSE, POLICY, Column("event_title"), Column("qualified_on", "day"), Column("outcome", "outcome"), Column("outcome_reason", "words"),
        Column("net_ceiling_yuan", "yuan"), Column("floor_yuan", "yuan"), Column("last_status", group="status"), Column("approved_yuan", "yuan"), Column("paid_yuan", "yuan"),
        _PARK, Column("is_below_floor", "flag"),
    ),
    sort="-qualified_on", also=(Column("claim_id", "code"), Column("enterprise_id", "code"), Column("kind", group="kind"), Column("is_outreach", "flag")),
)
APPLICATIONS = Table(
    "applications", "applications",
    (
        _FIRM, _CLAUSE, POLICY, Column("application_no", "code"), Column("submitted_on", "day"), Column("accepted_on", "day"), Column("status", group="status"),
        Column("requested_yuan", "yuan"), Column("approved_yuan", "yuan"), Column("paid_yuan", "yuan"), _PARK, Column("match_basis", group="match"),
    ),
    sort="-submitted_on", also=(Column("enterprise_id", "code"),),
)
PAYMENTS = Table(
    "payments", "payments",
    (
        _FIRM, _CLAUSE, POLICY, Column("payment_no", "code"), Column("application_no", "code"), Column("paid_on", "day"), Column("amount_yuan", "yuan"),
        Column("payer_level", group="payer_level"), _PARK,
    ),
    sort="-paid_on", also=(Column("enterprise_id", "code"),),
)
CERTIFICATES = Table(
    "certificates", "certificates",
    (
        _FIRM, Column("event_title"), Column("list", group="list"), Column("level", group="level"), Column("qualified_on", "day"), Column("notice", "words"),
        Column("issuer"), Column("district_name"), _PARK,
    ),
    sort="-qualified_on", also=(Column("enterprise_id", "code"),),
)
LEASES = Table(
    "leases", "leases",
    (_FIRM, _PARK, Column("district_name"), Column("moved_in_on", "day"), Column("moved_out_on", "day"), Column("area_m2", "decimal")),
    sort="-moved_in_on", also=(Column("enterprise_id", "code"),),
)
PARTS = {"claims": CLAIMS, "applications": APPLICATIONS, "payments": PAYMENTS, "certificates": CERTIFICATES, "leases": LEASES}
"""By the page's part."""
