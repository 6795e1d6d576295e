"""Parks, their tenants and rents."""

from dashboard.questions.question import PLACE, TEXT, Question, columns

PARK_LIST = Question(
    "park_list", takes=TEXT,
    returns=columns(
        varchar="park_id park_name district_code district_name operator_name amount_status rent_status",
        bigint="tenant_count software_tenant_count certificate_count below_floor_count claim_count eligible_count "
        "open_count applied_count paid_count rent_eligible_count rent_paid_count outreach_count",
        decimal="rent_yuan rent_floor_yuan rent_subsidy_yuan ceiling_yuan paid_yuan outreach_yuan",
        double="leased_area_m2 built_area_m2 occupancy_rate payout_rate payout_rate_low payout_rate_high "
        "median_payout_rate rent_payout_rate", date="opened_on", boolean="is_median_withheld",
    ),
    cut_by=PLACE,
)
QUESTIONS = (
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
    PARK_LIST,
    Question(
        "park_leavers", takes=("park",),
        returns=columns(
            varchar="enterprise_id enterprise_name leaving park_name_now district_name_now gone_how", date="moved_in_on moved_out_on moved_told_on",
        ),
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
    Question(
        "park_total", of=PARK_LIST,
        returns=columns(
            varchar="amount_status rent_status",
            bigint="tenant_count certificate_count eligible_count paid_count rent_eligible_count rent_paid_count "
            "below_floor_count outreach_count", double="occupancy_rate payout_rate rent_payout_rate",
            decimal="paid_yuan outreach_yuan",
        ),
    ),
)
