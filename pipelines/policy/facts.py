"""The closed set of facts a clause may ask about, and of the events they are told of: one record each.

Each fact is a column of the dbt model `int_event_facts`; its contract there holds the two together.
"""

from dataclasses import dataclass
from typing import Literal

FactType = Literal["text", "yuan", "number", "share", "day", "boolean", "answer", "answers", "titles"]
BY_WORD: tuple[FactType, ...] = ("answers", "titles")   # 国产=是；首台套=否: of each of several words 是, 否 or nothing


@dataclass(frozen=True)
class EventKind:
    """What can ground a claim: its name, what a person calls it, and the source whose files bring such events."""

    name: str
    words: str
    source: str


EVENTS = {
    kind.name: kind
    for kind in (
        EventKind("recognition", "名单认定", "recognitions"),
        EventKind("listing", "上市", "listings"),
        EventKind("project", "项目立项", "projects"),
        EventKind("investment", "投资完成", "projects"),
        EventKind("headquarters_year", "总部认定（按核算年度）", "headquarters"),
        EventKind("contribution_year", "总部核算年度末", "headquarters"),
        EventKind("rent_year", "租金年度", "tenancies"),
        EventKind("spinoff", "剥离评选", "spinoffs"),
        EventKind("statistics_year", "统计年度", "statistics"),
        EventKind("first_listing", "首次纳统", "statistics"),
        EventKind("declared_year", "企业填报年度", "declarations"),
        EventKind("matter", "政策事项", "matters"),
        EventKind("move_in", "迁入本市", "registrations"),
    )
}


OF_A_YEAR = ("statistics_year", "declared_year", "first_listing")
"""Events that are a year of a firm's figures and see their own."""


@dataclass(frozen=True)
class EventKey:
    """What a trigger or a `when` may select events by.

    `words`: the closed set of them; None: a city's lists and the source contracts say which there are.
    `of_events`: the kinds of events that have such a word.
    """

    name: str
    words: tuple[str, ...] | None
    of_events: tuple[str, ...]


EVENT_KEYS = {
    key.name: key
    for key in (
        EventKey("event_kind", tuple(EVENTS), tuple(EVENTS)),
        EventKey("list", None, ("recognition",)),
        EventKey("level", ("national", "provincial", "city"), ("recognition",)),
        EventKey("market", ("domestic", "overseas", "unknown"), ("listing",)),
        EventKey("category", None, ("project", "investment")),
        EventKey("series", ("first", "renewal", "unknown"), ("recognition",)),  # of its title (D10)
        EventKey("matter", None, ("matter",)),  # of the kinds that the policy declares (matters.yaml)
    )
}


@dataclass(frozen=True)
class Fact:
    """A column of `int_event_facts`, or one made of some (`derived.py`). Of type `answer` it is 0 met, 1 needs_review, 2
    unknown, 3 not_met already; of type `answers` it holds what yes/no columns say that the policy declares (国产=是；首台套=否), of
    type `titles` in the same way what is known of each title; a share (0.1 is 10 %) is made of two columns, its part and its whole.

    `of_events`: the kinds of events it is told of (none named: each); asked of another kind it would never be known.
    `seen_as`: a column of the same row that reads better. `noted_by`: the column that says why an amount is not known.
    `can_change`: true of a firm as it stands, which an act of it may yet change; the others are of an event that has
    happened: what failed on its day, its first title or its amount stays as it was.
    `is_figure`: of a single firm, from the statistics or as it declared them (D20); `is_declared`: firms may declare it.
    `has_years`: a figure of a year of which `<name>_before` lists the years before, the last one first; null is not on file.
    `base`: of a figure of the monthly form, the column of 上年同期.
    `number_ends`: of a number that counts years, SQL of the last day of that {number}.
    """

    name: str
    type: FactType
    of_events: tuple[str, ...] = ()
    seen_as: str | None = None
    noted_by: str | None = None
    can_change: bool = False
    is_figure: bool = False
    is_declared: bool = False
    has_years: bool = False
    base: str | None = None
    number_ends: str = ""

    def untold(self, kinds: list[str]) -> list[str]:
        """Those of some kinds of events of which this is never told."""
        return [kind for kind in kinds if self.of_events and kind not in self.of_events]



def _base_of(name: str) -> str:
    """month_revenue_yuan → month_revenue_base_yuan."""
    stem, _, unit = name.rpartition("_")
    return f"{stem}_base_{unit}"


_TITLE, _PROJECT, _MATTER = ("recognition",), ("project",), ("matter",)
_HEADQUARTERS = ("headquarters_year", "contribution_year")

FACTS = {
    fact.name: fact
    for fact in (
        Fact("qualified_on", "day"),
        Fact("registered_on", "day"),
        # D12: moved in, else registered by a code of the city
        Fact("settled_on", "day", seen_as="settled_words"),
        Fact("district_code", "text", seen_as="district_name", can_change=True),
        # D9, in each way to settle it
        Fact("software_answer", "answer", seen_as="software_reason", can_change=True),
        Fact("listed_software_answer", "answer", seen_as="listed_software_reason"),
        Fact("industry_software_answer", "answer", seen_as="industry_software_reason", can_change=True),
        Fact("first_answer", "answer", _TITLE, seen_as="first_reason"),
        Fact("renewal_answer", "answer", _TITLE, seen_as="renewal_reason"),
        Fact("named_firm_count", "number", _TITLE),  # D18
        Fact("list_title", "text", _TITLE),
        Fact("grade_number", "number", _TITLE),
        Fact("field", "text", ("recognition", "project")),
        Fact("role", "text", ("recognition", "project", "investment", "matter")),  # 第一单位, 牵头, 参与
        Fact("exchange", "text", ("listing",)),
        Fact("exchange_answer", "answer", ("listing",), seen_as="exchange_reason"),  # by the closed lists of markets
        Fact("settlement", "text", _HEADQUARTERS),
        Fact("paid_in_capital_yuan", "yuan", ("headquarters_year",), noted_by="paid_in_capital_note"),
        Fact("direct_investment_yuan", "yuan", _PROJECT),
        Fact("actual_investment_yuan", "yuan", ("investment",)),
        Fact("has_own_ip", "boolean", _PROJECT),
        Fact("has_good_market", "boolean", _PROJECT),
        Fact("is_effective", "boolean", _PROJECT),
        Fact("is_not_monopoly", "boolean", _PROJECT),
        Fact("is_exceptional", "boolean", _PROJECT),
        Fact("is_review_passed", "boolean", _PROJECT),
        Fact("contribution_award_yuan", "yuan", ("contribution_year",)),
        Fact("selection_rank", "number", ("spinoff",)),
        Fact("rent_yuan", "yuan", ("rent_year",)),
        Fact("rent_year_number", "number", ("rent_year",), number_ends="make_date(f.event_year - f.rent_year_number + {number}, 12, 31)"),
        Fact("is_within_lease", "boolean", ("rent_year",)),  # D4
        Fact("recognised_on", "day", _HEADQUARTERS),  # as a headquarters, the first time (D7)
        Fact("fee_yuan", "yuan", _TITLE),
        Fact("matter_yuan", "yuan", _MATTER),  # 合同额, 购买额, 贷款额, 到账的上级资金, 缴税: what its kind says
        Fact("matter_quantity", "number", _MATTER),
        Fact("matter_answers", "answers", _MATTER),
        Fact("counterparty", "text", _MATTER),
        # D10: of the titles that clauses ask about; told is 是 or 否, not told is not known
        Fact("titles_held", "titles", noted_by="titles_held_reason"),
        Fact("registered_capital_yuan", "yuan", noted_by="registered_capital_note", can_change=True),
        # 首次纳统: of every event the last day of the first year on the list; of a year whether it is the first
        Fact("first_listed_on", "day"),
        Fact("first_listed_answer", "answer", ("statistics_year", "first_listing"), seen_as="first_listed_reason"),
        # of the yearly statistics: on a year of them its own figures, on any other event the last that had come by its day
        *(Fact(name, "yuan", is_figure=True, is_declared=True, has_years=True) for name in (
            "software_revenue_yuan", "revenue_yuan", "rd_expense_yuan", "product_revenue_yuan", "it_service_revenue_yuan",
            "security_revenue_yuan", "embedded_revenue_yuan", "profit_yuan", "wages_yuan",
        )),
        *(Fact(name, "number", is_figure=True, is_declared=True, has_years=True) for name in ("staff_count", "software_staff_count", "export_usd")),
        # of the monthly form, cumulative from January; 上年同期 of each is what its growth and increase are held against
        *(Fact(name, "yuan", is_figure=True, base=_base_of(name)) for name in (
            "month_revenue_yuan", "month_software_revenue_yuan", "month_product_revenue_yuan",
            "month_basic_software_yuan", "month_industrial_software_yuan", "month_it_service_revenue_yuan",
            "month_cloud_service_yuan", "month_big_data_service_yuan", "month_industrial_platform_yuan",
            "month_ecommerce_platform_yuan", "month_ic_design_yuan", "month_security_revenue_yuan",
            "month_industrial_security_yuan", "month_embedded_revenue_yuan", "month_cost_yuan",
            "month_hardware_cost_yuan", "month_expense_yuan", "month_profit_yuan", "month_rd_expense_yuan",
            "month_wages_yuan",
        )),
        *(Fact(name, "number", is_figure=True, base=_base_of(name)) for name in (
            "month_outsourcing_export_usd", "month_embedded_product_export_usd", "month_embedded_export_usd",
            "month_other_export_usd", "month_staff_count", "month_order_growth_percent",
        )),
        *(Fact(name, "text", is_figure=True, is_declared=True) for name in ("main_field", "feature_field")),
        Fact("is_scale_service", "boolean", is_figure=True, is_declared=True),
        Fact("stat_scope", "text", is_figure=True),
        Fact("is_on_software_list", "boolean", is_figure=True),
    )
}  # fmt: skip


# What figures of years are held to: of which year they are, how many there are since that of registration, the years with
# whose statistics the scope changed (over them nothing is compared), and in words where the figures come from.
OF_YEARS: dict[str, str] = {"figure_year": "number", "years_before": "number", "break_years": "numbers", "figure_words": "text"}
OF_MONTHS: dict[str, str] = {"month_period": "text", "month_words": "text"}

# Every column the evaluator may read of an event → its type; yuans and numbers are lists of years.
COLUMNS: dict[str, str] = {
    **dict.fromkeys((*EVENT_KEYS, *(column for fact in FACTS.values() for column in (fact.seen_as, fact.noted_by) if column)), "text"),
    **{fact.name: fact.type for fact in FACTS.values()},
    **{f"{fact.name}_before": f"{fact.type}s" for fact in FACTS.values() if fact.has_years},
    **OF_YEARS,
    **{fact.base: fact.type for fact in FACTS.values() if fact.base},
    **OF_MONTHS,
}
SQL_TYPES: dict[str, str] = {
    "text": "varchar", "yuan": "decimal(18, 2)", "number": "bigint", "day": "date", "boolean": "boolean", "answer": "tinyint", **dict.fromkeys(BY_WORD, "varchar"),
    "yuans": "decimal(18, 2)[]", "numbers": "bigint[]",
}  # fmt: skip


def names(fact_type: FactType) -> list[str]:
    """The facts of a type, in order."""
    return [fact.name for fact in FACTS.values() if fact.type == fact_type]


def type_of(fact: str | None) -> FactType | None:
    """The type of a fact; None where there is no such fact."""
    return FACTS[fact].type if fact in FACTS else None


# Decisions the models carry out themselves, and what they can do: columns of the clause rows. Any other decision works by the clauses that point to it.
CARRIED_OUT: dict[str, tuple[str, ...]] = {
    "D9": ("list_or_industry", "list_only", "industry_only"),
    "D14": ("off", "per_year", "lifetime"),
    "D15": ("top_up", "replace"),
    "D19": ("on", "off"),
}
