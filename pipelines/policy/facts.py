"""The closed set of facts a clause may ask about, and of operators it may ask with.

Each fact is a column of the dbt model `int_event_facts`; its contract there holds the two together.
"""

from typing import Literal

FactType = Literal["text", "yuan", "number", "day", "boolean", "answer"]

# An "answer" is already 0 met, 1 needs_review, 2 unknown, 3 not_met: a derived fact such as "is a first".
FACTS: dict[str, FactType] = {
    "qualified_on": "day",
    "registered_on": "day",
    "district_code": "text",
    "software_answer": "answer",  # D9, in each way to settle it
    "listed_software_answer": "answer",
    "industry_software_answer": "answer",
    "first_answer": "answer",
    "named_firm_count": "number",  # D18
    "list_title": "text",
    "grade_number": "number",
    "field": "text",
    "exchange": "text",
    "exchange_answer": "answer",  # by the closed lists of markets
    "settlement": "text",
    "paid_in_capital_yuan": "yuan",
    "direct_investment_yuan": "yuan",
    "actual_investment_yuan": "yuan",
    "has_own_ip": "boolean",
    "has_good_market": "boolean",
    "is_effective": "boolean",
    "is_not_monopoly": "boolean",
    "is_exceptional": "boolean",
    "is_review_passed": "boolean",
    "contribution_award_yuan": "yuan",
    "selection_rank": "number",
    "rent_yuan": "yuan",
    "rent_year_number": "number",
    "fee_yuan": "yuan",
    "registered_capital_yuan": "yuan",
    "revenue_yuan": "yuan",
    "earlier_revenue_yuan": "yuan",
    "staff_count": "number",
}

# A fact that reads better by another column of the same row.
SEEN_AS = {
    "district_code": "district_name",
    "software_answer": "software_reason",
    "listed_software_answer": "listed_software_reason",
    "industry_software_answer": "industry_software_reason",
    "first_answer": "first_reason",
    "exchange_answer": "exchange_reason",
}

# The kinds of events, and what a person calls them.
EVENTS = {
    "recognition": "名单认定", "listing": "上市", "project": "项目立项", "investment": "投资完成",
    "headquarters_year": "总部核算年度", "rent_year": "租金年度", "spinoff": "剥离评选",
    "statistics_year": "统计年度",
}  # fmt: skip

# What a trigger or a `when` may select events by; None: the source contracts say which words there are.
EVENT_KEYS: dict[str, tuple[str, ...] | None] = {
    "event_kind": tuple(EVENTS),
    "list": None,
    "level": ("national", "provincial", "city"),
    "market": ("domestic", "overseas", "unknown"),
    "category": None,
}

# operator -> (fact types it takes, number of values it wants; None = one or more)
OPERATORS: dict[str, tuple[tuple[FactType, ...], int | None]] = {
    "at_least": (("yuan", "number", "day"), 1),
    "at_most": (("yuan", "number", "day"), 1),
    "between": (("day", "yuan", "number"), 2),
    "is_one_of": (("text", "number"), None),
    "is_none_of": (("text", "number"), None),
    "mentions": (("text",), 1),  # a column that may answer: blank waits for a person (D13)
    "is_true": (("boolean",), 0),
    "is_known": (("yuan", "number", "day", "text"), 0),
    "within_years_of": (("day",), 1),  # value: years; `of`: the other day
    "first_reaches": (("yuan", "number"), 1),  # `of`: the highest of the years before, which must lie below
    "assessed": (("answer",), 0),
    "human_judgement": (("boolean",), 0),
    "always_review": ((), 0),
}
