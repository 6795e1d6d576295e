"""Random laws: anything the model of a policy lets through."""

from typing import Any

from hypothesis import strategies as st

from pipelines.policy.derived import Derived
from pipelines.policy.facts import BY_WORD, FACTS, names
from pipelines.policy.model import Policy
from pipelines.policy.operators import OPERATORS
from tests.policy.random_events import DAYS, POOLS


@st.composite
def any_law(draw: st.DrawFn) -> Policy:
    """A policy of five clauses, anything the model lets through."""
    decisions: list[dict[str, Any]] = []
    clauses = []
    for number in range(5):
        trigger = draw(_trigger())
        versions: list[dict[str, Any]] = [
            {"document": "draft", "quotes": ["款"], "award": draw(_award()), "first_day": first_day}
            for first_day in [None, *sorted(draw(st.sets(st.sampled_from(DAYS[2:]), max_size=2)))]
        ]
        for version in versions:
            if len(versions) == 3 and version is versions[1] and draw(st.booleans()):  # a gap that is declared
                version["coverage"] = {"status": "not_encoded"}
                continue
            conditions = [draw(_condition(f"c{n}", decisions)) for n in range(draw(st.integers(1, 4)))]
            version |= {"coverage": {"status": "encoded"}, "conditions": conditions, "trigger": trigger}
        clauses.append({"id": f"x{number}", "title": {"zh": "款", "en": "clause"}, "versions": versions})
    document = {"title": "文", "is_draft": True, "text": "x.txt"} | dict.fromkeys(
        ("first_day", "last_day", "last_checked_on"), DAYS[0]
    )
    measure = {"measure": 1, "title": "条", "chapter": "章", "departments": ["局"], "clauses": clauses}
    content = {
        "policy_id": "p",
        "title": "策",
        "documents": {"draft": document},
        "decisions": decisions,
        "measures": [measure],
    }
    return Policy.model_validate(content)


DERIVED = [
    Derived.model_validate(one)
    for one in (
        {"figure": "revenue_yuan", "year": -2}, {"growth_of": "revenue_yuan"}, {"growth_of": "staff_count", "year": -1}, {"increase_of": "profit_yuan"},
        {"sum_of": "staff_count", "years": 3}, {"growth_of": "month_revenue_yuan"}, {"ratio_of": ["rd_expense_yuan", "revenue_yuan"]}, {"nth_year_since": "registered_on"},
        {"ratio_of": [{"sum_of": "rd_expense_yuan", "years": 2}, {"figure": "revenue_yuan", "year": -1}]},
    )
]


@st.composite
def _trigger(draw: st.DrawFn) -> dict[str, list[str]]:
    """Clauses of one kind of event, of several, apart from each other by list or level, or not."""
    kinds = st.sampled_from([["project"], ["project"], ["listing"], ["project", "listing"]])
    words = {"list": ["a", "b", "c"], "level": ["national", "provincial"]}
    keys = {key: st.lists(st.sampled_from(of), min_size=1, max_size=2, unique=True) for key, of in words.items()}
    return draw(st.fixed_dictionaries({"event_kind": kinds}, optional=keys))


@st.composite
def _condition(draw: st.DrawFn, name: str, decisions: list[dict[str, Any]], *, is_part: bool = False) -> dict[str, Any]:
    operator = draw(st.sampled_from([one.name for one in OPERATORS.values() if not one.ranks and not (is_part and one.joins)]))
    types, wanted = OPERATORS[operator].takes, OPERATORS[operator].value_count
    condition: dict[str, Any] = {"id": name, "says": "问", "operator": operator}
    if types:
        fact = draw(st.sampled_from([fact.name for fact in FACTS.values() if fact.type in types]))
        condition["fact"] = fact
        kind = FACTS[fact].type
        made_ways = [one for one in DERIVED if one.fact.type in types and operator != "first_reaches"]
        if made_ways and draw(st.booleans()):
            made = draw(st.sampled_from(made_ways))
            condition["fact"], kind = made.model_dump(exclude_unset=True), made.fact.type
        pool = [0, 0.01, 20_000_000, 99_999_999.99] if kind == "yuan" else POOLS[kind]
        size = draw(st.integers(1, 3)) if wanted is None else wanted
        values = draw(st.lists(st.sampled_from(pool), min_size=size, max_size=size))
        if operator == "within_years_of":
            values = [draw(st.integers(0, 5))]
        if FACTS[fact].type in BY_WORD:
            values = draw(st.lists(st.sampled_from(["国产", "首台套"]), min_size=size, max_size=size))
        if operator == "first_reaches":
            condition |= {"fact": draw(st.sampled_from(["revenue_yuan", "staff_count"]))}
            values = [draw(st.sampled_from([1, 100, 130]))]
        if operator == "within_years_of":
            condition["of"] = draw(st.sampled_from(names(FACTS[fact].type)))
        if operator == "between":
            values.sort()
        if operator == "is_one_of" and kind == "text" and draw(st.booleans()):  # a word of some days only
            values[0] = {"word": values[0] or "词", draw(st.sampled_from(["first_day", "last_day"])): DAYS[3]}
        if values and draw(st.booleans()):  # by a decision
            setting = f"S{len(decisions)}"
            one = values if wanted is None else values[0]
            decisions.append(
                {"id": setting, "title": "定", "setting": one, "default": one, "says": "定", "since": DAYS[0]}
            )
            condition["value"] = [{"setting": setting}, *(values[1:] if wanted is not None else [])]
        elif values:
            condition["value"] = values if len(values) > 1 else values[0]
    if OPERATORS[operator].joins:
        condition["any_of"] = [draw(_condition(f"{name}.{n}", decisions, is_part=True)) for n in range(draw(st.integers(2, 3)))]
    if not is_part and draw(st.integers(0, 3)) == 0:
        condition["when"] = draw(st.sampled_from([{"list": ["a"]}, {"list": ["b", "c"], "level": ["national"]}]))
    if draw(st.integers(0, 3)) == 0:
        condition["otherwise"] = "needs_review"
    return condition


@st.composite
def _award(draw: st.DrawFn) -> dict[str, Any]:
    award = draw(_amount())
    if {"amount_yuan", "cap_yuan", "rate", "quantity", "bands"} & award.keys() and "floor_rate" not in award and draw(st.integers(0, 3)) == 0:
        award["tops_up"] = {"fact": "fee_yuan"}
    return award


@st.composite
def _amount(draw: st.DrawFn) -> dict[str, Any]:
    award: dict[str, Any] = {"words": "奖"}
    rate = st.sampled_from([0.005, 0.01, 0.03, 0.1, 0.333, 0.5, 1])
    shape = draw(st.sampled_from(["nothing", "amount", "cap", "rate", "bands", "bands", "floor", "floor and rate", "each", "steps"]))
    if shape in ("rate", "floor and rate"):
        award["rate"] = draw(rate)
        left_out = st.sampled_from([{"yuan": 20_000_000}, {"yuan": 0.01}, {"of": "revenue_yuan", "rate": 0.2}, {"of": "registered_capital_yuan"}])
        award |= {"over": draw(left_out)} if draw(st.booleans()) else {}
    if shape in ("floor", "floor and rate"):
        award["floor_rate"] = min(award.get("rate", 1), draw(rate))
    if shape == "bands":
        edges = sorted(
            draw(st.sets(st.sampled_from([0, 0.01, 1000, 20_000_000, 99_999_999.99, 10**9]), min_size=2, max_size=5))
        )
        tops = [*edges[1:], draw(st.sampled_from([None, edges[-1] * 2 + 1]))]
        award["bands"] = [
            {"at_least": low, "rate": draw(rate), **({"below": top} if top else {})}
            for low, top in zip(edges, tops, strict=True)
        ]
        award["bands_apply"] = draw(st.sampled_from(["whole", "marginal"]))
    if shape == "amount":
        award["amount_yuan"] = draw(st.sampled_from([0, 300_000, 0.01]))
        return award
    if shape in ("each", "steps"):
        award["quantity"] = draw(st.sampled_from([*names("number"), *names("yuan"), {"increase_of": "staff_count"}, {"sum_of": "revenue_yuan", "years": 2}]))
        amounts = st.sampled_from([0, 0.01, 30_000, 6_000_000.55])
        if shape == "steps":
            starts = sorted(draw(st.sets(st.sampled_from([0.01, 1, 2, 3, 20_000_000, 99_999_999.99]), min_size=1)))
            award["steps"] = [{"at_least": start, "amount_yuan": draw(amounts)} for start in starts]
            return award
        award["each"] = {"every": draw(st.sampled_from([1, 2, 3, 0.07, 1_000])), "amount_yuan": draw(amounts)}
        return award | ({"cap_yuan": draw(st.sampled_from([0, 100_000]))} if draw(st.booleans()) else {})
    if shape not in ("nothing", "cap"):
        award["base"] = draw(st.sampled_from([*names("yuan"), {"increase_of": "revenue_yuan"}, {"figure": "rd_expense_yuan", "year": -1}]))
    if shape == "cap" or (shape != "nothing" and draw(st.booleans())):
        caps = st.sampled_from([0, 0.01, 100_000, 6_000_000.55])
        if draw(st.booleans()):
            award["cap_yuan"] = draw(caps)
            award["may_float_up"] = draw(st.sampled_from([None, "is_exceptional"]))
        else:
            award["caps_by_grade"] = draw(st.dictionaries(st.sampled_from([1, 2, 4]), caps, min_size=1))
    return award
