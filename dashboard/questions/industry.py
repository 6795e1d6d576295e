"""The industry: months, years, parts, indicators, firms born and gone."""

from dashboard.questions.question import PLACE, PLACES, Question, columns

CUT = ("district", "park", "segment", "size")
"""Parts of the industry, of which one at a time is shown: no mart crosses them."""

QUESTIONS = (
    Question(
        "benchmark_cities", takes=("as_of",),
        returns=columns(
            varchar="series_title area period unit issuer title survey_scope note", bigint="stat_year",
            double="value yoy_percent", date="published_on", boolean="is_unverified has_other_value",
        ),
    ),
    Question(
        "firm_cohorts", takes=PLACES,
        returns=columns(bigint="cohort_year years firm_count gone_count undated_count", double="survival_rate_low survival_rate"),
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
        "targets",
        returns=columns(
            varchar="target_id indicator_id title unit document page status note", bigint="target_year actual_year",
            double="target_value actual_value gap_value pace_needed_rate", boolean="is_unverified",
        ),
        cut_by={"indicator": "indicator_id"},
    ),
    Question("period_options", returns=columns(varchar="period")),
    Question("register_years", returns=columns(bigint="year")),
)
