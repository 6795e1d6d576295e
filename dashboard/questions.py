"""Every question to a snapshot: what it takes, the columns it answers with, and the filters it may be cut by.

Each is one file queries/<name>.sql, which binds what the question always takes and nothing else. A filter that may be
left out is a condition on the columns of the answer (`cut_by`), or chooses among the rows of a mart of cuts (`cuts`):
query.py puts those that are given around the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

QUERIES = Path(__file__).parent / "queries"
MADE = frozenset({"policy", "document", "as_of", "contacts"})
"""What query.py binds of itself: of the snapshot, and who was called."""


@dataclass(frozen=True)
class Question:
    """A file of queries/ by name.

    `takes` are the names it binds; `<filter>_cut` is that filter, or 'all' where it is not given: a mart of cuts has a row
    for each. `returns` has the DuckDB type of each column, `cut_by` the column each filter must equal, or its condition, with
    `$<filter>` for its value. `cuts` are filters of a mart of cuts whose rows the file gives for every cut, told apart by its
    columns `<filter>_cut`. `at_hand` are filters by whose columns query.py itself finds the rows, where those of all values,
    or of one of the first filter, are few: they are asked for once. `key` is the column that tells rows apart and puts what
    is alike in order; without one all columns do. `unseen` columns serve `cut_by` alone. `of` names the question whose rows,
    cut alike, the file counts: it reads them under that name.
    """

    name: str
    returns: Mapping[str, str]
    takes: tuple[str, ...] = ()
    cut_by: Mapping[str, str] = field(default_factory=dict)
    cuts: tuple[str, ...] = ()
    at_hand: tuple[str, ...] = ()
    key: str | None = None
    unseen: tuple[str, ...] = ()
    of: str | None = None

    @property
    def sql(self) -> str:
        return SQL[self.name]

    @property
    def filters(self) -> frozenset[str]:
        """Every filter that makes a difference to it."""
        own = {name.removesuffix("_cut") for name in self.takes if name not in MADE} | {*self.cut_by, *self.cuts}
        return frozenset(own) | (QUESTIONS[self.of].filters if self.of else frozenset())


def columns(**names: str) -> dict[str, str]:
    """Columns of each DuckDB type; sums of money are decimal(18,2)."""
    types = {"decimal": "decimal(18,2)"}
    return {name: types.get(kind, kind) for kind, found in names.items() for name in found.split()}


TEXT = ("policy", "document")
CUT = ("district", "park", "segment", "size")
"""Parts of the industry, of which one at a time is shown: no mart crosses them."""
WHERE_AND_WHEN = ("district", "park", "year")
OF_A_CLAUSE = ("clause", *WHERE_AND_WHEN)
PLACES = ("district_cut", "park_cut")
PLACE = {"district": "district_code", "park": "park_id"}
MEASURE = {"measure": "measure_no"}
CLAUSE = {"clause": "clause_id"}
SOURCE = {"source": "source"}
CHECK = {"check": "check_id"}
STAGE = """case $stage
    when 'outreach' then is_outreach when 'applied' then is_applied when 'approved' then is_approved when 'paid' then is_paid
end"""
NOT_MET = "claim_id in (select claim_id from fct_claim_condition where condition_id = $condition and outcome != 'met')"

_ALL = (
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
        "attention", takes=(*TEXT, "park_cut"),
        returns=columns(
            bigint="finding_count new_finding_count stale_source_count missing_source_count source_count quarantined_count "
            "review_count", decimal="finding_yuan",
        ),
    ),
    Question(
        "audit", takes=TEXT, key="finding_id", at_hand=("district", "park", "measure", "clause", "finding"),
        returns=columns(
            varchar="finding_id kind severity clause_id title_zh enterprise_id enterprise_name park_id park_name district_code "
            "application_no evidence outcome outcome_reason last_status", bigint="measure_no",
            decimal="amount_yuan limit_yuan at_stake_yuan ceiling_yuan floor_yuan other_award_yuan",
            date="found_on qualified_on",
        ),
        cut_by={**PLACE, **MEASURE, **CLAUSE, "finding": "kind", "year": "year(found_on) = $year"},
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
        "benchmark_cities", takes=("as_of",),
        returns=columns(
            varchar="series_title area period unit issuer title survey_scope note", bigint="stat_year",
            double="value yoy_percent", date="published_on", boolean="is_unverified has_other_value",
        ),
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
            "condition": NOT_MET,
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
        "clause_versions", takes=("clause", "policy"),
        returns=columns(
            varchar="document_title title_zh award_words coverage_status", decimal="cap_yuan",
            date="first_day last_day last_checked_on",
        ),
    ),
    Question(
        "data_state",
        returns=columns(
            bigint="source_count stale_count missing_count file_count refused_count check_count error_count warn_count "
            "quarantined_count rows_read review_count unbalanced_count",
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
        "district_options", takes=TEXT,
        returns=columns(varchar="district_code district_name", bigint="district_order"),
    ),
    Question(
        "district_total", of="district_uptake",
        returns=columns(
            varchar="count_status amount_status",
            bigint="registered_count software_count eligible_count applied_count paid_count award_eligible_count "
            "award_paid_count outreach_count", double="award_payout_rate", decimal="ceiling_yuan paid_yuan outreach_yuan",
        ),
    ),
    Question(
        "district_uptake", takes=TEXT,
        returns=columns(
            varchar="district_code district_name amount_status count_status",
            bigint="district_order registered_count software_count claim_count eligible_count open_count not_eligible_count "
            "applied_count paid_count award_eligible_count award_paid_count outreach_count",
            decimal="ceiling_yuan paid_yuan outreach_yuan", double="award_payout_rate payout_rate_low payout_rate_high",
            boolean="is_urban is_reference is_total_line",
        ),
    ),
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
        "firm_applications", takes=("firm",),
        returns=columns(
            varchar="application_no clause_id status match_basis claim_id",
            decimal="requested_yuan approved_yuan paid_yuan", date="submitted_on accepted_on approved_on",
            boolean="is_without_ground",
        ),
    ),
    Question(
        "firm_claims", takes=(*TEXT, "firm"),
        returns=columns(
            varchar="claim_id clause_id title_zh event_title outcome outcome_reason ceiling_reason superseded_by "
            "superseded_reason last_status amount_status enterprise_name quotes departments notice source_file park_id park_name",
            bigint="measure_no row_no qualified_year",
            decimal="ceiling_yuan net_ceiling_yuan floor_yuan approved_yuan paid_yuan",
            date="qualified_on first_applied_on", boolean="is_counted is_outreach is_applied is_selective",
        ),
        cut_by={**MEASURE, "year": "qualified_year"},
    ),
    Question(
        "firm_cohorts", takes=PLACES,
        returns=columns(bigint="cohort_year years firm_count gone_count undated_count", double="survival_rate_low survival_rate"),
    ),
    Question(
        "firm_conditions", takes=(*TEXT, "firm"),
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
        "firm_list", key="enterprise_id", unseen=("search_text",),
        returns=columns(
            varchar="enterprise_id enterprise_name former_names district_name park_name registration_status software_outcome "
            "credit_flags street rung_title district_code park_id search_text", bigint="claim_count", decimal="registered_capital_yuan",
            date="registered_on gone_on",
        ),
        cut_by={**PLACE, "software": "software_outcome", "q": "contains(search_text, $q)"},
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
        "firm_moves",
        returns=columns(
            varchar="enterprise_id enterprise_name park_id from_district_code from_district_name to_district_code to_district_name place_basis",
            date="told_before_on told_on",
        ),
        cut_by={
            "district": "$district in (from_district_code, to_district_code)", "park": "park_id", "year": "year(told_on) = $year",
        },
    ),
    Question(
        "firm_near", takes=(*TEXT, "firm"),
        returns=columns(varchar="claim_id clause_id title_zh event_title says outcome value_seen value_needed", decimal="ceiling_yuan"),
    ),
    Question(
        "firm_parts", takes=PLACES,
        returns=columns(varchar="cut part part_name", bigint="registered_count closed_count absent_count stock_count"),
    ),
    Question(
        "firm_payments", takes=(*TEXT, "firm"),
        returns=columns(varchar="payment_no application_no clause_id payer_level paid_by_record", decimal="amount_yuan", date="paid_on"),
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
    Question(
        "firms_gone", key="enterprise_id",
        returns=columns(
            varchar="enterprise_id enterprise_name district_code district_name park_id park_name gone_how registration_status",
            date="registered_on gone_on",
        ),
        cut_by={**PLACE, "year": "year(gone_on) = $year"},
    ),
    Question(
        "firms_new", key="enterprise_id",
        returns=columns(
            varchar="enterprise_id enterprise_name district_code district_name park_id park_name street software_outcome",
            date="registered_on", decimal="registered_capital_yuan",
        ),
        cut_by={**PLACE, "year": "year(registered_on) = $year"},
    ),
    Question(
        "flow", takes=(*TEXT, "as_of", "park_cut"),
        returns=columns(bigint="eligible_count submitted_count paid_count open_count finding_count", decimal="paid_yuan", date="month"),
    ),
    Question(
        "indicator", takes=("indicator",),
        returns=columns(
            varchar="indicator_id scope district_code park_id place_name title parts_unit unit comparison status source series_note",
            bigint="stat_year firm_count", double="value numerator denominator threshold change_rate change_points",
            boolean="is_newest is_unverified is_withheld",
        ),
    ),
    Question(
        "indicator_years", takes=("park_cut",),
        returns=columns(
            varchar="indicator_id title unit status series_note", bigint="indicator_order stat_year", double="value threshold",
            boolean="is_newest is_withheld",
        ),
    ),
    Question(
        "indicators", takes=("park_cut",),
        returns=columns(
            varchar="indicator_id scope park_name title unit comparison status source series_note", bigint="indicator_order stat_year",
            double="value threshold change_rate change_points", boolean="is_unverified is_withheld",
        ),
    ),
    Question(
        "industry_benchmarks", takes=("as_of",),
        returns=columns(
            varchar="area area_level period unit vintage issuer title survey_scope note", double="value yoy_percent",
            date="published_on", boolean="is_unverified is_break has_other_value",
        ),
    ),
    Question(
        "industry_contribution", takes=("period",),
        returns=columns(
            varchar="period cut_kind cut_id cut_name", bigint="cut_order matched_count reported_count contribution_rank",
            decimal="value delta_yuan base_yuan", double="contribution_rate total_growth_rate growth_rate",
            boolean="is_withheld is_withheld_secondary is_value_withheld",
        ),
    ),
    Question(
        "industry_cut", takes=("period", *CUT),
        returns=columns(
            varchar="period cut_kind cut_id cut_name measure_id unit withheld_reason",
            bigint="stat_year month_no reported_count due_count reported_due_count matched_count entrant_count doubtful_count "
            "entered_count left_count growing_count fallen_count", decimal="value matched_value base_value entrant_value",
            double="growth_rate matched_value_share growing_rate median_growth_rate top10_share top100_share largest_share "
            "growth_without_largest_rate", date="period_end_on", boolean="is_withheld is_withheld_secondary is_value_withheld is_growth_withheld",
        ),
    ),
    Question(
        "industry_firms", takes=("period",), key="enterprise_id",
        returns=columns(
            varchar="enterprise_id enterprise_name period district_code park_id district_name park_name size_class doubt source_file",
            bigint="row_no", decimal="software_revenue_yuan software_revenue_base_yuan delta_yuan", double="growth_rate",
            boolean="is_due is_counted is_entrant",
        ),
        cut_by={**PLACE, "size": "size_class"},
    ),
    Question(
        "industry_gap", takes=("period",),
        returns=columns(
            varchar="period measure_id area compared_period issuer title note",
            double="city_growth_rate yoy_percent city_yoy_percent gap_points", date="published_on", boolean="is_same_period is_unverified",
        ),
    ),
    Question(
        "industry_line", takes=CUT,
        returns=columns(
            varchar="period cut_name unit withheld_reason", bigint="stat_year month_no matched_count reported_count",
            decimal="value matched_value base_value", double="growth_rate", boolean="is_withheld is_withheld_secondary is_value_withheld is_growth_withheld",
        ),
    ),
    Question(
        "industry_quality", takes=("period", "district", "park"),
        returns=columns(
            varchar="period cut_kind cut_id cut_name ratio_id unit", bigint="firm_count", decimal="numerator_value denominator_value",
            double="ratio_value base_ratio_value change_points change_rate", boolean="is_withheld",
        ),
    ),
    Question(
        "industry_structure", takes=("period", "district", "park", "size"),
        returns=columns(
            varchar="period place_kind place_id place_name part_kind part_id part_name national_note", bigint="part_order firm_count",
            decimal="value_yuan whole_yuan", double="share base_share national_share gap_points largest_share",
            boolean="is_withheld is_withheld_secondary",
        ),
    ),
    Question(
        "industry_years", takes=("district", "park", "size"),
        returns=columns(
            varchar="cut_name unit series_note",
            bigint="stat_year reported_count matched_count entered_count left_count above_500w_count "
            "above_2000w_count crossed_500w_up_count crossed_500w_down_count crossed_2000w_up_count crossed_2000w_down_count",
            decimal="value sample_value", double="growth_rate sample_share",
            boolean="is_withheld is_withheld_secondary is_value_withheld",
        ),
    ),
    Question(
        "kind_uptake", takes=(*TEXT, "park_cut"),
        returns=columns(
            varchar="kind", bigint="eligible_count paid_count",
            double="payout_rate payout_rate_low payout_rate_high median_payout_rate",
        ),
    ),
    Question(
        "ladder", takes=PLACES,
        returns=columns(varchar="rung rung_title", bigint="year rung_rank firm_count open_count", date="stood_on", boolean="is_data_day"),
        cut_by={"year": "year"},
    ),
    Question(
        "ladder_flow", takes=PLACES,
        returns=columns(
            varchar="from_rung from_rung_title to_rung to_rung_title direction",
            bigint="year from_rung_rank to_rung_rank firm_count open_count", date="from_on to_on",
        ),
        cut_by={"year": "year"},
    ),
    Question(
        "last_month", takes=(*TEXT, "park_cut"),
        returns=columns(bigint="eligible_count open_count outreach_count", decimal="paid_since_yuan", double="payout_rate"),
    ),
    Question(
        "law", takes=("policy",),
        returns=columns(
            varchar="clause_key policy_id policy_title document document_title clause_id measure_title chapter title_zh "
            "title_en kind coverage_status coverage_note beneficiary trigger_words award_words amount_kind count_status payer "
            "procedure_class departments quotes decision_ids program_hash", bigint="clause_order measure_no",
            decimal="cap_yuan", date="first_day last_day last_checked_on", boolean="is_selective is_current",
        ),
    ),
    Question(
        "list_reach", takes=TEXT,
        returns=columns(
            varchar="list title kind level missing_words", bigint="level_rank", date="reaches_back_to newest_on", boolean="is_reached",
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
        "measure_options", takes=TEXT,
        returns=columns(varchar="measure_title", bigint="measure_no"),
    ),
    Question(
        "measure_total", of="measure_uptake",
        returns=columns(
            varchar="kind count_status amount_status",
            bigint="claim_count eligible_count needs_review_count undetermined_count not_eligible_count applied_count "
            "paid_count outreach_count", double="payout_rate", decimal="ceiling_yuan paid_yuan outreach_yuan",
        ),
    ),
    Question(
        "measure_uptake", takes=(*TEXT, "park_cut"),
        returns=columns(
            varchar="measure_title kind count_status amount_status",
            bigint="measure_no claim_count eligible_count undetermined_count needs_review_count not_eligible_count open_count "
            "applied_count approved_count paid_count outreach_count",
            decimal="ceiling_yuan applied_ceiling_yuan approved_yuan paid_yuan outreach_yuan",
            double="application_rate payout_rate payout_rate_low payout_rate_high",
        ),
        cut_by=MEASURE,
    ),
    Question(
        "measures_other", takes=TEXT,
        returns=columns(varchar="item_id title_zh note", bigint="item_order measure_no"),
        cut_by=MEASURE,
    ),
    Question(
        "missing_sources",
        returns=columns(varchar="source title"),
    ),
    Question(
        "outreach", takes=(*TEXT, "contacts"), key="claim_id", at_hand=("district", "park", "measure", "clause"),
        returns=columns(
            varchar="claim_id enterprise_id enterprise_name clause_id title_zh event_title park_id park_name district_code "
            "district_name superseded_reason credit_flags contacted_by contact_note",
            bigint="days_since_qualified measure_no", decimal="net_ceiling_yuan floor_yuan",
            date="qualified_on contacted_on", boolean="is_selective",
        ),
        cut_by={
            **PLACE, **MEASURE, **CLAUSE, "amount": "net_ceiling_yuan >= $amount * 10000", "claim": "claim_id",
            "contact": "($contact = 'contacted') = (contacted_on is not null)",
        },
    ),
    Question(
        "outreach_clauses", takes=TEXT,
        returns=columns(varchar="clause_id title_zh", bigint="measure_no"),
    ),
    Question(
        "outreach_groups", of="outreach",
        returns=columns(
            varchar="district_code district_name clause_id title_zh amount_status",
            bigint="outreach_count enterprise_count contacted_count new_count", decimal="outreach_yuan",
        ),
    ),
    Question(
        "park_certificates", takes=("park",),
        returns=columns(varchar="list", bigint="event_count enterprise_count"),
    ),
    Question(
        "park_indicators",
        returns=columns(
            varchar="indicator_id title park_id place_name unit comparison status source series_note",
            bigint="indicator_order stat_year firm_count", double="value threshold change_rate change_points",
            boolean="is_unverified is_withheld",
        ),
        cut_by={"park": "park_id"},
    ),
    Question(
        "park_list", takes=TEXT,
        returns=columns(
            varchar="park_id park_name district_code district_name operator_name amount_status",
            bigint="tenant_count software_tenant_count certificate_count below_floor_count claim_count eligible_count "
            "open_count applied_count paid_count rent_eligible_count rent_paid_count outreach_count",
            decimal="rent_yuan rent_floor_yuan rent_subsidy_yuan ceiling_yuan paid_yuan outreach_yuan",
            double="leased_area_m2 built_area_m2 occupancy_rate payout_rate payout_rate_low payout_rate_high "
            "median_payout_rate rent_payout_rate", date="opened_on", boolean="is_median_withheld",
        ),
        cut_by=PLACE,
    ),
    Question(
        "park_options",
        returns=columns(varchar="park_id park_name"),
    ),
    Question(
        "park_rent", takes=(*TEXT, "park"),
        returns=columns(
            varchar="enterprise_id enterprise_name clause_id outcome last_status", bigint="year",
            decimal="floor_yuan paid_yuan gap_yuan", boolean="is_below_floor",
        ),
        cut_by={"year": "year"},
    ),
    Question(
        "park_tenants", takes=("park",),
        returns=columns(bigint="tenant_count", date="month"),
    ),
    Question("period_options", returns=columns(varchar="period")),
    Question(
        "park_total", of="park_list",
        returns=columns(
            varchar="amount_status",
            bigint="tenant_count certificate_count eligible_count paid_count rent_eligible_count rent_paid_count "
            "below_floor_count outreach_count", double="occupancy_rate payout_rate rent_payout_rate",
            decimal="paid_yuan outreach_yuan",
        ),
    ),
    Question(
        "policy_periods", of="flow",
        returns=columns(
            varchar="span", bigint="period_order eligible_count submitted_count paid_count", decimal="paid_yuan",
            date="first_month last_month",
        ),
    ),
    Question(
        "quality_failures",
        returns=columns(varchar="check_id table_name source_file sheet row_key column_name value_seen", bigint="row_no"),
        cut_by=CHECK,
    ),
    Question(
        "quality_results",
        returns=columns(
            varchar="check_id layer table_name severity description sample", bigint="row_count unexpected_count",
            boolean="is_success is_error",
        ),
        cut_by={**CHECK, "severity": "severity", "verdict": "is_success = ($verdict = 'passed')"},
    ),
    Question(
        "quarantine",
        returns=columns(varchar="source title source_file sheet column_name value_seen reason", bigint="row_no", date="received_on"),
        cut_by=SOURCE,
    ),
    Question(
        "received", takes=TEXT,
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
        "targets",
        returns=columns(
            varchar="target_id indicator_id title unit document page status note", bigint="target_year actual_year",
            double="target_value actual_value gap_value pace_needed_rate", boolean="is_unverified",
        ),
        cut_by={"indicator": "indicator_id"},
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
    Question(
        "uptake", takes=(*TEXT, "park_cut"),
        returns=columns(
            varchar="count_status amount_status",
            bigint="claim_count eligible_count eligible_enterprise_count undetermined_count needs_review_count "
            "not_eligible_count open_count applied_count approved_count paid_count open_paid_count outreach_count",
            decimal="ceiling_yuan open_ceiling_yuan approved_yuan paid_yuan outreach_yuan",
            double="application_rate payout_rate payout_rate_low payout_rate_high",
        ),
    ),
    Question(
        "year_options", takes=TEXT,
        returns=columns(bigint="year"),
    ),
)

QUESTIONS = {question.name: question for question in _ALL}
SQL = {name: (QUERIES / f"{name}.sql").read_text(encoding="utf-8").strip() for name in QUESTIONS}
