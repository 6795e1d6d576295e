"""What is set aside for the policy, and what became of it."""

from dashboard.questions.question import MEASURE, TEXT, Question, columns

YEAR = {"year": "budget_year"}

QUESTIONS = (
    Question(
        "budget", takes=(*TEXT, "as_of"),
        returns=columns(
            varchar="measure_title budget_basis pace_status",
            bigint="budget_year measure_no approved_unstated_count applied_count applied_unstated_count claimable_count "
            "claimable_unstated_count pace_day_count budget_order",
            decimal="first_yuan adjusted_yuan budget_yuan paid_yuan paid_by_districts_yuan paid_within_yuan left_yuan approved_unpaid_yuan applied_yuan "
            "instalments_due_yuan instalments_later_yuan instalments_undated_yuan "
            "claimable_yuan pace_a_day_yuan",
            double="execution_rate", date="decided_on runs_out_on", boolean="is_over",
        ),
        cut_by={**MEASURE, **YEAR},
    ),
    Question(
        "budget_months", takes=("policy",),
        returns=columns(
            varchar="measure_title", bigint="budget_year measure_no", decimal="budget_yuan paid_yuan paid_so_far_yuan",
            double="execution_rate", date="month",
        ),
        cut_by={**MEASURE, **YEAR},
    ),
)
