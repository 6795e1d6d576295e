"""What runs out when."""

from dashboard.questions.question import CLAUSE, MEASURE, PLACE, TEXTS, Question, columns

DEADLINES = Question(
    "deadlines", takes=(*TEXTS, "today"), key="deadline_id",
    returns=columns(
        varchar="policy_id deadline_id kind what note enterprise_id enterprise_name clause_id title_zh park_id park_name district_code district_name "
        "lead_band actor departments quote decision_id source source_file",
        bigint="measure_no days_left days_from_today row_no", date="opens_on due_on",
    ),
    cut_by={**PLACE, **MEASURE, **CLAUSE, "lead": "lead_band", "deadline": "kind", "firm": "enterprise_id"},
)
QUESTIONS = (
    DEADLINES,
    Question(
        "deadline_counts", of=DEADLINES,
        returns=columns(varchar="lead_band", bigint="deadline_count enterprise_count", date="next_on"),
    ),
    Question(
        "deadline_months", of=DEADLINES,
        returns=columns(bigint="deadline_count enterprise_count", date="month"),
    ),
)
