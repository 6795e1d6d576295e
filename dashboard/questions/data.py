"""Sources, their files, rows and checks."""

from dashboard.questions.question import TEXT, TEXTS, Question, columns

SOURCE = {"source": "source"}
CHECK = {"check": "check_id"}

QUESTIONS = (
    Question(
        "data_state",
        returns=columns(
            bigint="source_count stale_count missing_count file_count refused_count check_count error_count warn_count "
            "quarantined_count rows_read review_count unbalanced_count",
        ),
    ),
    Question(
        "match_review",
        returns=columns(
            varchar="name_key printed_name code_given decision reason candidates candidate_names scores enterprise_id sources "
            "files decided_by decided_at decided_why", bigint="file_count row_count", date="first_seen_on",
        ),
        cut_by={
            "decision": "decision", "name_key": "name_key", "code_given": "coalesce(code_given, '') = $code_given",
        },
    ),
    Question(
        "missing_sources",
        returns=columns(varchar="source title"),
    ),
    Question(
        "quality_failures",
        returns=columns(varchar="check_id table_name source_file sheet row_key column_name value_seen", bigint="row_no"),
        cut_by=CHECK,
    ),
    Question(
        "quality_results",
        returns=columns(
            varchar="check_id layer table_name severity description", bigint="row_count unexpected_count",
            boolean="is_success is_error",
        ),
        cut_by={**CHECK, "severity": "severity", "verdict": "is_success = ($verdict = 'passed')"},
    ),
    Question(
        "quarantine",
        returns=columns(varchar="source title source_file sheet column_name value_seen reason mended_by_file", bigint="row_no", date="received_on"),
        cut_by=SOURCE,
    ),
    Question(
        "received", takes=TEXTS,
        returns=columns(boolean="have_applications have_payments"),
    ),
    Question(
        "reconciliation",
        returns=columns(
            varchar="source title",
            bigint="file_count refused_file_count rows_read rows_loaded rows_skipped rows_quarantined rows_replaced "
            "rows_after_as_of rows_not_formal rows_superseded rows_same_key rows_added rows_withdrawn rows_in_force "
            "rows_not_seen_again rows_matched rows_in_review rows_without_firm event_count rows_without_event claim_count "
            "rows_unexplained", boolean="is_balanced",
        ),
        cut_by=SOURCE,
    ),
    Question(
        "source_files",
        returns=columns(
            varchar="source title source_file file_sha256 file_status message skipped_as",
            bigint="rows_read rows_loaded rows_skipped rows_quarantined", date="received_on",
        ),
        cut_by={**SOURCE, "file_status": "file_status"},
    ),
    Question(
        "source_list",
        returns=columns(
            varchar="source title sender rhythm status arrivals",
            bigint="rhythm_days days_since_received file_count refused_file_count rows_read rows_loaded rows_skipped "
            "rows_quarantined", date="last_received_on",
        ),
        cut_by=SOURCE,
    ),
    Question(
        "source_months",
        returns=columns(bigint="rows_loaded rows_skipped rows_quarantined", date="month"),
    ),
    Question(
        "source_options",
        returns=columns(varchar="source title"),
    ),
    Question(
        "source_trend",
        returns=columns(
            varchar="source title delivery",
            bigint="file_count refused_file_count rows_read rows_loaded rows_skipped rows_quarantined",
            double="quarantine_rate usual_rows share_of_usual", date="received_on",
        ),
        cut_by=SOURCE,
    ),
    Question(
        "list_reach", takes=TEXT,
        returns=columns(
            varchar="list title kind level missing_words", bigint="level_rank", date="reaches_back_to newest_on", boolean="is_reached",
        ),
    ),
)
