"""Findings of payments, and what needs a look."""

from dashboard.questions.question import CLAUSE, MEASURE, PLACE, TEXT, TEXTS, Question, columns

AUDIT = Question(
    "audit", takes=(*TEXTS, "with_none", "standings"), key="finding_id",
    at_hand=("district", "park", "measure", "clause", "finding", "finding_status", "owner"),
    returns=columns(
        varchar="policy_id finding_id kind severity clause_id title_zh claim_id enterprise_id enterprise_name park_id park_name district_code "
        "application_no payment_nos evidence outcome outcome_reason last_status status owner note noted_by", bigint="measure_no",
        decimal="amount_yuan limit_yuan at_stake_yuan ceiling_yuan floor_yuan other_award_yuan",
        date="found_on qualified_on noted_on",
    ),
    cut_by={
        **PLACE, **MEASURE, **CLAUSE, "finding": "kind", "finding_status": "status", "owner": "owner",
        "year": "year(found_on) = $year", "weight": "severity", "month": "date_trunc('month', found_on) = ($month || '-01')::date",
        "findings": "list_contains(string_split($findings, ','), finding_id)",
    },
)
EVIDENCE_CLAIMS = Question("evidence_claims", takes=("findings",), returns=columns(varchar="finding_id claim_id"))
QUESTIONS = (
    AUDIT,
    EVIDENCE_CLAIMS,
    Question("audit_owners", of=AUDIT, returns=columns(varchar="owner")),
    Question(
        "audit_states", of=AUDIT,
        returns=columns(varchar="status", bigint="finding_count enterprise_count", decimal="at_stake_yuan"),
    ),
    Question(
        "audit_kinds", takes=(*TEXT, "clause_cut", "measure_cut", "district_cut", "park_cut", "year_cut"),
        returns=columns(varchar="kind severity", bigint="finding_count enterprise_count new_finding_count", decimal="at_stake_yuan"),
    ),
    Question(
        "audit_totals", takes=(*TEXT, "clause_cut", "measure_cut", "district_cut", "park_cut", "year_cut"),
        returns=columns(bigint="finding_count note_count", decimal="paid_yuan short_yuan"),
    ),
    Question(
        "evidence_payments", takes=("findings",),
        returns=columns(
            varchar="finding_id payment_no application_no clause_id payer_level source_file sheet file_sha256", bigint="row_no", decimal="amount_yuan",
            date="paid_on",
        ),
    ),
    Question(
        "evidence_applications", takes=("findings",), of=EVIDENCE_CLAIMS,
        returns=columns(
            varchar="finding_id application_no clause_id enterprise_name status match_basis without_ground_reason source_file sheet file_sha256",
            bigint="row_no", decimal="requested_yuan approved_yuan paid_yuan", date="submitted_on accepted_on approved_on",
        ),
    ),
    Question(
        "evidence_grounds", of=EVIDENCE_CLAIMS,
        returns=columns(
            varchar="finding_id claim_id clause_id event_title printed_name notice issuer certificate_no outcome outcome_reason ceiling_reason "
            "source_file sheet file_sha256", bigint="row_no", decimal="ceiling_yuan floor_yuan paid_yuan", date="qualified_on",
        ),
    ),
    Question(
        "evidence_conditions", of=EVIDENCE_CLAIMS,
        returns=columns(
            varchar="finding_id claim_id clause_id says outcome value_seen value_needed reason quote decision_id", bigint="condition_order",
        ),
    ),
    Question(
        "attention", takes=(*TEXT, *TEXTS, "park_cut"),
        returns=columns(
            bigint="finding_count new_finding_count stale_source_count missing_source_count source_count quarantined_count "
            "review_count", decimal="finding_yuan",
        ),
    ),
)
