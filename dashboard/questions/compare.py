"""What changed between two snapshots (comparison.py): figures side by side, claims, firms, findings, payments, rules."""

from dashboard.questions.question import TEXT, Question, columns

PARK = {"park": "$park in (old_park_id, new_park_id)"}
"""A firm or claim that moved is of both parks, as far as its reader sees both."""

QUESTIONS = (
    Question(
        "compare_claims", takes=TEXT, key="claim_id", is_of_comparison=True,
        returns=columns(
            varchar="claim_id clause_id enterprise_id enterprise_name district_code park_name old_park_id new_park_id old_outcome new_outcome "
            "new_outcome_reason moved_by",
            bigint="measure_no", boolean="has_changed_sides",
            decimal="old_net_ceiling_yuan new_net_ceiling_yuan change_net_ceiling_yuan old_paid_yuan new_paid_yuan change_paid_yuan",
        ),
        cut_by=PARK,
    ),
    Question(
        "compare_summary", takes=(*TEXT, "park_cut"), is_of_comparison=True,
        returns=columns(varchar="clause_id moved_by", bigint="claim_count side_count", decimal="change_net_ceiling_yuan change_paid_yuan"),
    ),
    Question(
        "compare_totals", takes=(*TEXT, "park_cut"), is_of_comparison=True,
        returns=columns(
            bigint="claim_count side_count data_count rules_count both_count others_count new_firm_count gone_firm_count new_payment_count "
            "new_finding_count gone_finding_count", decimal="new_payment_yuan",
        ),
    ),
    Question(
        "compare_figures", takes=(*TEXT, "park_cut"), key="figure_id", is_of_comparison=True,
        returns=columns(
            varchar="figure_id unit old_basis new_basis", integer="figure_order", double="old_value new_value change",
            bigint="old_part old_whole new_part new_whole", boolean="is_comparable",
        ),
    ),
    Question(
        "compare_rules", takes=TEXT, is_of_comparison=True,
        returns=columns(varchar="rule_kind rule_id title change old_setting new_setting"),
    ),
    Question(
        "compare_firms", key="enterprise_id", is_of_comparison=True,
        returns=columns(
            varchar="enterprise_id enterprise_name change gone_how district_code district_name old_park_id new_park_id park_name software_outcome",
            date="gone_on registered_on",
        ),
        cut_by=PARK,
    ),
    Question(
        "compare_payments", takes=("policy",), is_of_comparison=True,
        returns=columns(
            varchar="payment_no application_no change clause_id enterprise_id enterprise_name district_code old_park_id new_park_id park_name "
            "payer_level",
            date="paid_on", decimal="old_amount_yuan new_amount_yuan change_yuan",
        ),
        cut_by=PARK,
    ),
    Question(
        "compare_findings", takes=("policy",), key="finding_id", is_of_comparison=True,
        returns=columns(
            varchar="finding_id change kind severity clause_id enterprise_id enterprise_name application_no evidence park_id park_name district_code",
            date="found_on", decimal="at_stake_yuan",
        ),
        cut_by={"park": "park_id"},
    ),
    Question(
        "compare_indicators", takes=("park_cut",), key="indicator_id", is_of_comparison=True,
        returns=columns(
            varchar="indicator_id title unit old_status new_status series_note", bigint="indicator_order old_year new_year",
            double="old_value new_value change", boolean="is_comparable",
        ),
    ),
)  # fmt: skip
