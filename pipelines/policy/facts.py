"""The closed set of facts a clause may ask about, and of operators it may ask with.

Each fact is a column of the dbt model `int_event_facts`; its contract there holds the two together.
"""

from typing import Literal

FactType = Literal["text", "yuan", "number", "day", "boolean", "answer"]

# An "answer" is already 0 met, 1 needs_review, 2 unknown, 3 not_met: a derived fact such as "is a first".
FACTS: dict[str, FactType] = {
    "qualified_on": "day",
    "registered_on": "day",
    "settled_on": "day",  # D12: moved in, else registered by a code of the city
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
    "is_within_lease": "boolean",  # D4
    "recognised_on": "day",  # as a headquarters, the first time (D7)
    "fee_yuan": "yuan",
    "registered_capital_yuan": "yuan",
    "revenue_yuan": "yuan",
    "earlier_revenue_yuan": "yuan",  # highest of the years before that are on file
    "earlier_revenue_missing_count": "number",  # years from that of registration on that are not
    "staff_count": "number",
}

# Facts of a firm as it stands, which an act of it may yet change. The others are of an event that has happened: what
# failed on its day, its first title or its amount stays as it was.
CAN_CHANGE = frozenset({"district_code", "software_answer", "industry_software_answer", "registered_capital_yuan"})

# A fact that reads better by another column of the same row.
SEEN_AS = {
    "district_code": "district_name",
    "software_answer": "software_reason",
    "listed_software_answer": "listed_software_reason",
    "industry_software_answer": "industry_software_reason",
    "first_answer": "first_reason",
    "earlier_revenue_yuan": "earlier_revenue_reason",
    "exchange_answer": "exchange_reason",
    "settled_on": "settled_words",
}

# Why an amount is not known, where there is something to say.
NOTED_BY = {"paid_in_capital_yuan": "paid_in_capital_note", "registered_capital_yuan": "registered_capital_note"}

# Facts that come from the statistics of a single firm (D20); no source brings what firms declare of the same.
FIGURES = ("revenue_yuan", "earlier_revenue_yuan", "earlier_revenue_missing_count", "staff_count")

# What tells a highest of the years before from all of them: the years that are not on file, which may have been higher.
HISTORIES = {"earlier_revenue_yuan": "earlier_revenue_missing_count"}

# The kinds of events, and what a person calls them.
EVENTS = {
    "recognition": "名单认定", "listing": "上市", "project": "项目立项", "investment": "投资完成",
    "headquarters_year": "总部认定（按核算年度）", "contribution_year": "总部核算年度末", "rent_year": "租金年度", "spinoff": "剥离评选",
    "statistics_year": "统计年度",
}  # fmt: skip

# The source whose files bring events of a kind.
EVENT_SOURCES = {
    "recognition": "recognitions", "listing": "listings", "project": "projects", "investment": "projects",
    "headquarters_year": "headquarters", "contribution_year": "headquarters", "rent_year": "tenancies", "spinoff": "spinoffs", "statistics_year": "statistics",
}  # fmt: skip

# The kinds of events a fact is told of, where not of each: asked of another kind it would never be known.
EVENTS_OF_FACT: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("first_answer", "named_firm_count", "list_title", "grade_number", "fee_yuan"), ("recognition",)),
    "field": ("recognition", "project"),
    **dict.fromkeys(("exchange", "exchange_answer"), ("listing",)),
    **dict.fromkeys(
        ("direct_investment_yuan", "has_own_ip", "has_good_market", "is_effective", "is_not_monopoly", "is_exceptional",
         "is_review_passed"), ("project",),
    ),
    "actual_investment_yuan": ("investment",),
    "paid_in_capital_yuan": ("headquarters_year",),
    "contribution_award_yuan": ("contribution_year",),
    **dict.fromkeys(("settlement", "recognised_on"), ("headquarters_year", "contribution_year")),
    "selection_rank": ("spinoff",),
    **dict.fromkeys(("rent_yuan", "rent_year_number", "is_within_lease"), ("rent_year",)),
    **dict.fromkeys(FIGURES, ("statistics_year",)),
}  # fmt: skip

# What a trigger or a `when` may select events by; None: a city's lists and the source contracts say which words there are.
EVENT_KEYS: dict[str, tuple[str, ...] | None] = {
    "event_kind": tuple(EVENTS),
    "list": None,
    "level": ("national", "provincial", "city"),
    "market": ("domestic", "overseas", "unknown"),
    "category": None,
}

# The kinds of events that have a word for each of them.
EVENTS_OF_KEY: dict[str, tuple[str, ...]] = {
    "event_kind": tuple(EVENTS), "list": ("recognition",), "level": ("recognition",), "market": ("listing",),
    "category": ("project", "investment"),
}  # fmt: skip

# Decisions the models carry out themselves, and what they can do; any other decision works by the clauses that point to it.
CARRIED_OUT: dict[str, tuple[str, ...]] = {
    "D9": ("list_or_industry", "list_only", "industry_only"),
    "D14": ("off", "per_year", "lifetime"),
    "D15": ("top_up", "replace"),
    "D19": ("on", "off"),
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
    "first_reaches": (("yuan", "number"), 1),  # `of`: a fact of HISTORIES, which must lie below in every year
    "assessed": (("answer",), 0),
    "human_judgement": (("boolean",), 0),
    "always_review": ((), 0),
}
