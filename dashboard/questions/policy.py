"""Measures, clauses, their uptake, and the text they stand in."""

from dashboard.questions.question import CLAUSE, MEASURE, PLACE, TEXT, TEXTS, Question, columns

WHERE_AND_WHEN = ("district", "park", "year")
OF_A_CLAUSE = ("clause", *WHERE_AND_WHEN)
STAGE = """case $stage
    when 'outreach' then is_outreach when 'applied' then is_applied when 'approved' then is_approved when 'paid' then is_paid
end"""
ANSWERED = """claim_id in (
    select claim_id from fct_claim_condition
    where condition_id = split_part($condition, '__', 1)
        and case when contains($condition, '__') then outcome = split_part($condition, '__', 2) else outcome != 'met' end
)"""
"""Claims that a condition stops or leaves open, or those of one answer: `scope`, `scope__unknown`."""

FLOW = Question(
    "flow", takes=(*TEXT, *TEXTS, "as_of", "park_cut"),
    returns=columns(bigint="eligible_count submitted_count paid_count open_count finding_count", decimal="paid_yuan", date="month"),
)
DISTRICT_UPTAKE = Question(
    "district_uptake", takes=TEXT,
    returns=columns(
        varchar="district_code district_name amount_status count_status",
        bigint="district_order tile_column tile_line registered_count software_count claim_count eligible_count open_count not_eligible_count "
        "applied_count paid_count award_eligible_count award_paid_count outreach_count",
        decimal="ceiling_yuan paid_yuan outreach_yuan", double="award_payout_rate payout_rate_low payout_rate_high",
        boolean="is_urban is_reference is_total_line",
    ),
)
MEASURE_UPTAKE = Question(
    "measure_uptake", takes=(*TEXT, "park_cut"),
    returns=columns(
        varchar="measure_title kind count_status amount_status",
        bigint="measure_no claim_count eligible_count undetermined_count needs_review_count not_eligible_count open_count "
        "applied_count approved_count paid_count outreach_count",
        decimal="ceiling_yuan applied_ceiling_yuan approved_yuan paid_yuan outreach_yuan",
        double="application_rate payout_rate payout_rate_low payout_rate_high",
    ),
    cut_by=MEASURE,
)
POLICY_UPTAKE = Question(
    "policy_uptake", takes=(*TEXTS, "park_cut"),
    returns=columns(
        varchar="policy_id policy_title count_status amount_status",
        bigint="claim_count eligible_count eligible_enterprise_count undetermined_count needs_review_count "
        "not_eligible_count open_count applied_count approved_count paid_count open_paid_count outreach_count",
        decimal="ceiling_yuan open_ceiling_yuan approved_yuan paid_yuan outreach_yuan",
        double="application_rate payout_rate payout_rate_low payout_rate_high",
    ),
)
CLAUSE_PARTS = Question(
    "clause_parts", takes=TEXT,
    returns=columns(
        varchar="clause_id says state district_code park_id", bigint="instalment_no qualified_year", double="share", decimal="amount_yuan paid_yuan",
    ),
    cut_by={**CLAUSE, **PLACE, "year": "qualified_year"},
)
QUESTIONS = (
    Question(
        "about_decisions", takes=("policy",),
        returns=columns(varchar="decision_id title setting default_setting options says quote", bigint="decision_order", date="since"),
    ),
    Question(
        "about_documents", takes=TEXT,
        returns=columns(
            varchar="document document_title",
            bigint="document_order encoded_count partly_count judgement_count not_encoded_count unseen_count",
            date="first_day last_day last_checked_on",
        ),
    ),
    Question(
        "about_items", takes=TEXT,
        returns=columns(varchar="document item_id title_zh kind status note", bigint="item_order measure_no"),
    ),
    Question(
        "clause_claims", takes=TEXT, key="claim_id", cuts=("clause",), at_hand=(*OF_A_CLAUSE, "outcome"),
        returns=columns(
            varchar="claim_id enterprise_id enterprise_name park_name outcome outcome_reason last_status amount_status "
            "district_code park_id", bigint="qualified_year", decimal="net_ceiling_yuan approved_yuan paid_yuan",
            date="qualified_on", boolean="is_outreach is_applied is_approved is_paid",
        ),
        cut_by={
            **PLACE, "year": "qualified_year", "outcome": "outcome", "stage": STAGE,
            "condition": ANSWERED,
        },
    ),
    Question(
        "clause_districts", takes=TEXT, cuts=("clause", "park", "year"), at_hand=OF_A_CLAUSE,
        returns=columns(
            varchar="district_code district_name", bigint="claim_count eligible_count applied_count paid_count",
            decimal="paid_yuan",
        ),
        cut_by={"district": "district_code"},
    ),
    Question(
        "clause_instalments", of=CLAUSE_PARTS,
        returns=columns(
            varchar="clause_id says",
            bigint="instalment_no part_count settled_count not_due_count late_count doubt_count unclaimed_part_count forfeited_count part_order",
            double="share", decimal="amount_yuan paid_yuan late_yuan",
        ),
    ),
    Question(
        "clause_list", takes=TEXT,
        returns=columns(
            varchar="clause_id title_zh coverage_status count_status amount_kind departments",
            bigint="clause_order measure_no", decimal="cap_yuan",
        ),
        cut_by=MEASURE,
    ),
    Question(
        "clause_months", takes=TEXT, cuts=("clause", "district", "park"), at_hand=OF_A_CLAUSE, unseen=("year",),
        returns=columns(varchar="outcome", bigint="claim_count year", date="month"),
        cut_by={"year": "year"},
    ),
    Question(
        "clause_parks", takes=TEXT, cuts=("clause", "district", "year"), at_hand=OF_A_CLAUSE,
        returns=columns(varchar="park_id park_name", bigint="claim_count eligible_count applied_count paid_count", decimal="paid_yuan"),
        cut_by={"park": "park_id"},
    ),
    Question(
        "clause_reach", takes=(*TEXT, "clause"),
        returns=columns(varchar="missing_words", boolean="is_unverified"),
    ),
    Question(
        "clause_reasons", takes=TEXT, cuts=OF_A_CLAUSE, at_hand=OF_A_CLAUSE,
        returns=columns(
            varchar="condition_id says",
            bigint="condition_order met_count not_met_count unknown_count review_count stopped_enterprise_count "
            "open_enterprise_count",
        ),
    ),
    Question(
        "clause_uptake", takes=TEXT, cuts=WHERE_AND_WHEN, at_hand=OF_A_CLAUSE,
        returns=columns(
            varchar="clause_id amount_status",
            bigint="claim_count eligible_count eligible_enterprise_count needs_review_count undetermined_count "
            "not_eligible_count applied_count accepted_count approved_count paid_count outreach_count",
            decimal="ceiling_yuan applied_ceiling_yuan accepted_ceiling_yuan approved_yuan paid_yuan outreach_yuan",
            double="payout_rate payout_rate_low payout_rate_high",
        ),
        cut_by=CLAUSE,
    ),
    Question(
        "clause_version_conditions", takes=("clause", "policy"),
        returns=columns(varchar="clause_key condition_id says value_needed quote decision_id", bigint="condition_order"),
    ),
    Question(
        "clause_versions", takes=("clause", "policy"),
        returns=columns(
            varchar="clause_key document document_title title_zh measure_title quotes trigger_words award_words payees instalments amount_kind payer procedure_class "
            "departments window_says materials coverage_status coverage_note count_status amount_status",
            bigint="measure_no claim_count eligible_count needs_review_count undetermined_count not_eligible_count",
            decimal="cap_yuan ceiling_before_overlap_yuan ceiling_yuan open_ceiling_yuan", date="first_day last_day last_checked_on",
            boolean="is_selective is_draft",
        ),
    ),
    Question(
        "department_uptake", takes=TEXT,
        returns=columns(
            varchar="department count_status amount_status",
            bigint="claim_count eligible_count open_count applied_count paid_count outreach_count",
            decimal="ceiling_yuan paid_yuan outreach_yuan", double="payout_rate payout_rate_low payout_rate_high",
        ),
    ),
    Question(
        "district_options", takes=TEXTS,
        returns=columns(varchar="district_code district_name", bigint="district_order"),
    ),
    Question(
        "district_total", of=DISTRICT_UPTAKE,
        returns=columns(
            varchar="count_status amount_status",
            bigint="registered_count software_count eligible_count applied_count paid_count award_eligible_count "
            "award_paid_count outreach_count", double="award_payout_rate", decimal="ceiling_yuan paid_yuan outreach_yuan",
        ),
    ),
    DISTRICT_UPTAKE,
    Question(
        "rent_clauses", takes=TEXT,
        returns=columns(varchar="rent_status"),
    ),
    Question(
        "kind_uptake", takes=(*TEXT, "park_cut"),
        returns=columns(
            varchar="kind", bigint="eligible_count paid_count",
            double="payout_rate payout_rate_low payout_rate_high median_payout_rate",
        ),
    ),
    Question(
        "last_month", takes=(*TEXTS, "park_cut"),
        returns=columns(bigint="eligible_count open_count outreach_count", decimal="paid_since_yuan", double="payout_rate"),
    ),
    Question(
        "law", takes=("policies",),
        returns=columns(
            varchar="clause_key policy_id policy_title document document_title clause_id measure_title chapter title_zh "
            "title_en kind coverage_status coverage_note beneficiary trigger_words award_words payees instalments amount_kind count_status payer "
            "procedure_class departments quotes decision_ids program_hash window_says materials", bigint="clause_order measure_no",
            decimal="cap_yuan", date="first_day last_day last_checked_on", boolean="is_selective is_current is_draft is_of_rent",
        ),
    ),
    Question(
        "measure_options", takes=TEXT,
        returns=columns(varchar="measure_title", bigint="measure_no"),
    ),
    Question(
        "measure_total", of=MEASURE_UPTAKE,
        returns=columns(
            varchar="kind count_status amount_status",
            bigint="claim_count eligible_count needs_review_count undetermined_count not_eligible_count applied_count "
            "paid_count outreach_count", double="payout_rate", decimal="ceiling_yuan paid_yuan outreach_yuan",
        ),
    ),
    MEASURE_UPTAKE,
    Question(
        "measures_other", takes=TEXT,
        returns=columns(varchar="item_id title_zh note", bigint="item_order measure_no"),
        cut_by=MEASURE,
    ),
    FLOW,
    Question(
        "policy_periods", of=FLOW,
        returns=columns(
            varchar="span", bigint="period_order eligible_count submitted_count paid_count", decimal="paid_yuan",
            date="first_month last_month",
        ),
    ),
    POLICY_UPTAKE,
    Question(
        "uptake", takes=(*TEXTS, "park_cut"), of=POLICY_UPTAKE,
        returns={name: kind for name, kind in POLICY_UPTAKE.returns.items() if not name.startswith("policy_")},
    ),
    Question(
        "year_options", takes=TEXTS,
        returns=columns(bigint="year"),
    ),
    CLAUSE_PARTS,
)
