"""One firm, the list of firms, and those to call."""

from dashboard.questions.question import CLAUSE, MEASURE, PLACE, PLACES, TEXT, TEXTS, Question, columns

OUTREACH = Question(
    "outreach", takes=(*TEXTS, "contacts"), key="claim_id", at_hand=("district", "park", "measure", "clause"),
    returns=columns(
        varchar="policy_id claim_id enterprise_id enterprise_name clause_id title_zh event_title park_id park_name district_code "
        "district_name superseded_reason credit_flags doubts contact_state assignee contact_reason contacted_by contact_note",
        bigint="days_since_qualified measure_no", decimal="net_ceiling_yuan floor_yuan",
        date="qualified_on next_on contacted_on", boolean="is_selective is_due",
    ),
    cut_by={
        **PLACE, **MEASURE, **CLAUSE, "amount": "net_ceiling_yuan >= $amount * 10000", "claim": "claim_id",
        "contact": "case $contact when 'due' then is_due else contact_state = $contact end", "assignee": "assignee",
        "hide": "case when $hide <> 'doubtful' then net_ceiling_yuan is distinct from 0 else true end"
        " and case when $hide <> 'zero' then doubts is null else true end",
        "claims": "list_contains(string_split($claims, ','), claim_id)",
    },
)
QUESTIONS = (
    Question(
        "firm", takes=("firm",),
        returns=columns(
            varchar="enterprise_id enterprise_name code_status enterprise_type registered_capital_note paid_in_capital_note "
            "industry_code industry_edition business_scope registration_status district_code district_name district_basis "
            "address street former_names english_name park_id park_name software_outcome software_reason credit_flags rung "
            "rung_title gone_how search_text",
            bigint="claim_count", decimal="registered_capital_yuan paid_in_capital_yuan",
            date="registered_on deregistered_on absent_since gone_on", boolean="is_urban is_rung_open",
        ),
    ),
    Question(
        "firm_applications", takes=("policies", "firm"),
        returns=columns(
            varchar="policy_id application_no clause_id status match_basis claim_id",
            decimal="requested_yuan approved_yuan paid_yuan", date="submitted_on accepted_on approved_on",
            boolean="is_without_ground",
        ),
    ),
    Question(
        "firm_claims", takes=(*TEXTS, "firm"),
        returns=columns(
            varchar="policy_id claim_id clause_id title_zh event_title outcome outcome_reason ceiling_reason superseded_by "
            "superseded_reason last_status amount_status payees enterprise_name quotes departments notice source_file park_id park_name",
            bigint="measure_no row_no qualified_year",
            decimal="ceiling_yuan net_ceiling_yuan floor_yuan approved_yuan paid_yuan",
            date="qualified_on first_applied_on", boolean="is_counted is_outreach is_applied is_selective",
        ),
        cut_by={**MEASURE, "year": "qualified_year"},
    ),
    Question(
        "firm_conditions", takes=(*TEXTS, "firm"),
        returns=columns(
            varchar="claim_id clause_id condition_id says outcome value_seen value_needed reason quote decision_id",
            bigint="condition_order",
        ),
        cut_by={"claim": "claim_id"},
    ),
    Question(
        "firm_doubts", takes=("firm",),
        returns=columns(varchar="kind named place", bigint="row_count"),
    ),
    Question(
        "firm_events", takes=("firm",),
        returns=columns(
            varchar="event_id event_kind event_title list level grade series_kind document issuer source_file",
            bigint="row_no", date="qualified_on",
        ),
    ),
    Question(
        "firm_instalments", takes=(*TEXTS, "firm"),
        returns=columns(
            varchar="policy_id claim_id clause_id event_title says state needed answer reason quote decision_id park_id", bigint="instalment_no late_days",
            double="share", decimal="amount_yuan paid_yuan", date="due_on paid_on",
        ),
    ),
    Question(
        "firm_lacking", takes=(*TEXTS, "firm"),
        returns=columns(
            varchar="policy_id clause_id title_zh event_title claim_outcome says outcome value_seen value_needed claim_id", bigint="condition_order",
        ),
    ),
    Question(
        "firm_materials", takes=(*TEXTS, "firm"),
        returns=columns(varchar="policy_id clause_id title_zh window_says materials departments", bigint="clause_order"),
    ),
    Question(
        "firm_list", key="enterprise_id", unseen=("search_text", "gone_how"),
        returns=columns(
            varchar="enterprise_id enterprise_name former_names district_name park_name registration_status software_outcome "
            "credit_flags street rung_title district_code park_id search_text gone_how", bigint="claim_count", decimal="registered_capital_yuan",
            date="registered_on gone_on",
        ),
        cut_by={**PLACE, "software": "software_outcome", "there": "(gone_how is null) = ($there = 'yes')", "q": "contains(search_text, $q)"},
    ),
    Question(
        "firm_months", takes=("firm",),
        returns=columns(
            varchar="period size_class doubt source_file", bigint="stat_year month_no staff_count staff_base_count row_no",
            decimal="revenue_yuan revenue_base_yuan software_revenue_yuan software_revenue_base_yuan profit_yuan rd_expense_yuan "
            "wages_yuan", boolean="is_due is_counted is_entrant",
        ),
    ),
    Question(
        "firm_near", takes=(*TEXTS, "firm"),
        returns=columns(varchar="policy_id claim_id clause_id title_zh event_title says outcome value_seen value_needed", decimal="ceiling_yuan"),
    ),
    Question(
        "firm_parts", takes=PLACES,
        returns=columns(varchar="cut part part_name", bigint="registered_count closed_count absent_count stock_count"),
    ),
    Question(
        "firm_payments", takes=(*TEXTS, "firm"),
        returns=columns(varchar="policy_id payment_no application_no clause_id payer_level paid_by_record", decimal="amount_yuan own_yuan", date="paid_on"),
    ),
    Question(
        "firm_years", takes=("firm",),
        returns=columns(
            varchar="main_field source_file", bigint="stat_year staff_count field_rank field_firm_count row_no",
            decimal="software_revenue_yuan revenue_yuan profit_yuan rd_expense_yuan",
        ),
    ),
    Question(
        "firm_periods", takes=PLACES,
        returns=columns(
            varchar="period_kind period", date="ends_on",
            bigint="new_count closed_count absent_count net_count registered_count stock_count closed_undated_count",
        ),
    ),
    OUTREACH,
    Question("outreach_assignees", of=OUTREACH, returns=columns(varchar="assignee")),
    Question(
        "outreach_clauses", takes=TEXT,
        returns=columns(varchar="clause_id title_zh", bigint="measure_no"),
    ),
    Question(
        "outreach_groups", of=OUTREACH,
        returns=columns(
            varchar="policy_id district_code district_name clause_id title_zh amount_status",
            bigint="outreach_count enterprise_count contacted_count new_count", decimal="outreach_yuan",
        ),
    ),
    Question(
        "outreach_progress", of=OUTREACH,
        returns=columns(
            varchar="district_code district_name", bigint="outreach_count contacted_count done_count declined_count due_count assigned_count",
            double="contacted_rate", boolean="is_total",
        ),
    ),
    Question(
        "title_events", key="event_id",
        returns=columns(
            varchar="event_id enterprise_id enterprise_name event_title scheme list level series_kind document issuer district_code "
            "district_name park_id park_name", date="qualified_on",
        ),
        cut_by={**PLACE, "year": "year(qualified_on) = $year"},
    ),
    Question(
        "title_years", takes=PLACES,
        returns=columns(
            varchar="list title level",
            bigint="year grade_number granted_count renewed_count cancelled_count expired_count standing_count open_count",
        ),
        cut_by={"year": "year"},
    ),
)
