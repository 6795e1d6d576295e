"""Findings of payments, and what needs a look."""

from dashboard.questions.question import CLAUSE, MEASURE, PLACE, TEXT, Question, columns

QUESTIONS = (
    Question(
        "audit", takes=TEXT, key="finding_id", at_hand=("district", "park", "measure", "clause", "finding"),
        returns=columns(
            varchar="finding_id kind severity clause_id title_zh enterprise_id enterprise_name park_id park_name district_code "
            "application_no evidence outcome outcome_reason last_status", bigint="measure_no",
            decimal="amount_yuan limit_yuan at_stake_yuan ceiling_yuan floor_yuan other_award_yuan",
            date="found_on qualified_on",
        ),
        cut_by={**PLACE, **MEASURE, **CLAUSE, "finding": "kind", "weight": "severity", "year": "year(found_on) = $year", "month": "date_trunc('month', found_on) = ($month || '-01')::date"},
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
        "attention", takes=(*TEXT, "park_cut"),
        returns=columns(
            bigint="finding_count new_finding_count stale_source_count missing_source_count source_count quarantined_count "
            "review_count", decimal="finding_yuan",
        ),
    ),
)
