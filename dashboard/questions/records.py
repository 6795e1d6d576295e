"""The rows behind the figures: claims, applications, payments, certificates, leases."""

from dashboard.questions.policy import STAGE
from dashboard.questions.question import CLAUSE, MEASURE, PLACE, TEXTS, Question, columns


def _month(day: str) -> dict[str, str]:
    return {"month": f"date_trunc('month', {day}) = ($month || '-01')::date", "year": f"year({day}) = $year"}


_OF_THE_LAW = {**PLACE, **MEASURE, **CLAUSE}
CLAIMS = Question(
    "claims", takes=TEXTS, key="claim_id",
    returns=columns(
        varchar="policy_id claim_id enterprise_id enterprise_name clause_id title_zh event_title park_id park_name district_code kind outcome outcome_reason "
        "last_status amount_status event_id", bigint="measure_no qualified_year",
        decimal="net_ceiling_yuan floor_yuan approved_yuan paid_yuan ordered_yuan reported_subsidy_yuan",
        date="qualified_on", boolean="is_outreach is_applied is_approved is_paid is_below_floor",
    ),
    cut_by={
        **_OF_THE_LAW, **_month("qualified_on"), "year": "qualified_year", "outcome": "outcome", "kind": "kind", "stage": STAGE,
        "decided": "($decided = 'open') = (outcome in ('needs_review', 'undetermined'))",
    },
)
QUESTIONS = (
    CLAIMS,
    Question(
        "claims_total", of=CLAIMS, returns=columns(bigint="claim_count enterprise_count eligible_count paid_count", decimal="paid_yuan"),
    ),
    Question(
        "applications", takes=TEXTS, key="application_no",
        returns=columns(
            varchar="policy_id application_no enterprise_id enterprise_name clause_id title_zh park_id park_name district_code status match_basis",
            bigint="measure_no", decimal="requested_yuan approved_yuan paid_yuan", date="submitted_on accepted_on", boolean="is_grounded",
        ),
        cut_by={**_OF_THE_LAW, **_month("submitted_on"), "grounded": "is_grounded = ($grounded = 'yes')"},
    ),
    Question(
        "payments", takes=TEXTS, key="payment_no",
        returns=columns(
            varchar="policy_id payment_no application_no enterprise_id enterprise_name clause_id title_zh park_id park_name district_code payer_level",
            bigint="measure_no", decimal="amount_yuan", date="paid_on", boolean="is_grounded",
        ),
        cut_by={**_OF_THE_LAW, **_month("paid_on"), "grounded": "is_grounded = ($grounded = 'yes')"},
    ),
    Question(
        "certificates", key="event_id",
        returns=columns(
            varchar="event_id enterprise_id enterprise_name event_title list level notice issuer district_code district_name park_id park_name",
            date="qualified_on",
        ),
        cut_by={**PLACE, **_month("qualified_on")},
    ),
    Question(
        "leases", takes=("as_of",), key="lease_id",
        returns=columns(
            varchar="lease_id park_id park_name district_code district_name enterprise_id enterprise_name", date="moved_in_on moved_out_on", double="area_m2",
        ),
        cut_by=PLACE,
    ),
)
