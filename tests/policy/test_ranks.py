"""每年前 n 名: a claim is held against those of its year that fail nothing else; what is not known leaves the rank unknown for all it could move."""

from datetime import date
from itertools import product
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines.policy.evaluator import explanation, programs_of, statement
from pipelines.policy.model import Policy
from tests.policy.law import facts_table
from tests.policy.test_award_cases import policy_of

MET, REVIEW, UNKNOWN, NOT_MET = range(4)
DAY = date(2024, 12, 31)


def ranking(first: int, **of_the_rank: Any) -> Policy:
    rank = {"id": "rank", "says": f"从业人员居前{first}名", "operator": "ranks_within", "fact": "staff_count", "value": first, **of_the_rank}
    capital = {"id": "capital", "says": "注册资本不低于1", "operator": "at_least", "fact": "registered_capital_yuan", "value": 1}
    return policy_of({"clauses": [{"id": "top", "award": {"cap_yuan": 1}, "conditions": [capital, rank]}]})


def ranked(con: duckdb.DuckDBPyConnection, policy: Policy, contenders: list[tuple[int, int | None, date | None]]) -> list[tuple[int, str]]:
    """Of each contender (answer of its other condition, figure, day) the answer of its rank, and the words for it."""
    capital = {MET: 1, UNKNOWN: None, NOT_MET: 0}
    con.execute("delete from facts")
    for number, (other, figure, day) in enumerate(contenders):
        con.execute(
            "insert into facts (event_id, event_kind, list, registered_capital_yuan, staff_count, qualified_on) values (?, 'recognition', 'top', ?, ?, ?)",
            [str(number), capital[other], figure, day],
        )
    programs = programs_of(policy)
    answers = {event_id: answers for _, event_id, answers, *_ in con.execute(statement(programs)).fetchall()}
    words = {event_id: reason for _, event_id, order, _, reason in con.execute(explanation(programs)).fetchall() if order == 2}
    return [(answers[str(number)][1], words[str(number)]) for number in range(len(contenders))]


@pytest.fixture(scope="module")
def con() -> Any:
    with duckdb.connect(config={"threads": 1}) as con:
        facts_table(con)
        yield con


@pytest.mark.parametrize(
    ("says", "contenders", "answers"),
    [
        ("the first two of three are within", [(MET, 30, DAY), (MET, 20, DAY), (MET, 10, DAY)], [MET, MET, NOT_MET]),
        ("equals at the edge wait for a person", [(MET, 30, DAY), (MET, 20, DAY), (MET, 20, DAY)], [MET, REVIEW, REVIEW]),
        ("equals that all fit are within", [(MET, 20, DAY), (MET, 20, DAY), (MET, 10, DAY)], [MET, MET, NOT_MET]),
        ("a missing figure moves whom it could", [(MET, 30, DAY), (MET, 20, DAY), (MET, 10, DAY), (MET, None, DAY)], [MET, UNKNOWN, NOT_MET, UNKNOWN]),
        ("so does a claim whose other conditions are open, from its place on", [(MET, 30, DAY), (UNKNOWN, 25, DAY), (MET, 20, DAY), (MET, 10, DAY)], [MET, MET, UNKNOWN, NOT_MET]),
        ("a claim that fails something else takes no place", [(NOT_MET, 30, DAY), (MET, 20, DAY), (MET, 10, DAY)], [MET, MET, MET]),
        ("a missing figure where there is room for all is within", [(MET, 30, DAY), (MET, None, DAY)], [MET, MET]),
        ("each year has its own", [(MET, 30, DAY), (MET, 20, DAY), (MET, 10, date(2025, 1, 1))], [MET, MET, MET]),
        ("a claim of no known day may be of any year", [(MET, 30, DAY), (MET, 20, DAY), (MET, 10, None)], [MET, UNKNOWN, UNKNOWN]),
    ],
)  # fmt: skip
def test_a_rank_is_told_as_far_as_it_is_known(says: str, contenders: list[Any], answers: list[int], con: duckdb.DuckDBPyConnection) -> None:
    found = [answer for answer, _ in ranked(con, ranking(2), contenders)]
    # whoever fails something else is asked too, and stands where it would
    assert [answer for (other, *_), answer in zip(contenders, found, strict=True) if other != NOT_MET] == [
        answer for (other, *_), answer in zip(contenders, answers, strict=True) if other != NOT_MET
    ], says


def test_the_place_the_equals_and_who_may_move_it_are_said(con: duckdb.DuckDBPyConnection) -> None:
    told = [words for _, words in ranked(con, ranking(2), [(MET, 30, DAY), (MET, 20, DAY), (MET, 20, DAY), (MET, None, DAY)])]
    assert told[0] == "现居第 1 名，同年 4 家参评，另有 1 家未定，可能改变名次"
    assert told[1] == "现居第 2 名（与 1 家并列），同年 4 家参评，另有 1 家未定，可能改变名次"
    assert told[3].startswith("本项数据未知，名次未知；同年 4 家参评")


def test_who_is_not_within_may_wait_for_a_person_where_the_clause_says_so(con: duckdb.DuckDBPyConnection) -> None:
    assert [answer for answer, _ in ranked(con, ranking(1, otherwise="needs_review"), [(MET, 30, DAY), (MET, 20, DAY)])] == [MET, REVIEW]


def plain(contenders: list[tuple[int, int | None]], first: int, me: int) -> int:
    """By trying every figure for those that are missing and leaving out each open one or not."""
    free = [range(5) if figure is None else [figure] for _, figure in contenders]
    ins = [[True] if other == MET or at == me else [True, False] if other == UNKNOWN else [False] for at, (other, _) in enumerate(contenders)]
    surely, maybe = True, False
    for figures in product(*free):
        for there in product(*ins):
            rivals = [figure for at, figure in enumerate(figures) if there[at] and at != me]
            above, tied = (sum(figure > figures[me] for figure in rivals), sum(figure == figures[me] for figure in rivals))
            surely = surely and above + tied < first
            maybe = maybe or above < first
    if surely or not maybe:
        return MET if surely else NOT_MET
    open_ones = any(at != me and ((figure is None and other != NOT_MET) or (other == UNKNOWN and figure >= contenders[me][1])) for at, (other, figure) in enumerate(contenders)) if contenders[me][1] is not None else True
    return UNKNOWN if open_ones else REVIEW


def test_any_field_of_contenders_is_ranked_as_the_plain_reading_does(con: duckdb.DuckDBPyConnection) -> None:
    one = st.tuples(st.sampled_from([MET, MET, MET, UNKNOWN, NOT_MET]), st.sampled_from([1, 2, 3, 3, None]))
    seen: set[int] = set()

    def held(contenders: list[tuple[int, int | None]], first: int) -> None:
        found = ranked(con, ranking(first), [(other, figure, DAY) for other, figure in contenders])
        for me, (other, _) in enumerate(contenders):
            if other != NOT_MET:
                assert found[me][0] == plain(contenders, first, me), (contenders, first, me)
                seen.add(found[me][0])

    plan = settings(max_examples=60, derandomize=True, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    plan(given(st.lists(one, min_size=1, max_size=4), st.integers(1, 3))(held))()
    assert seen == {MET, REVIEW, UNKNOWN, NOT_MET}


def test_a_share_is_ranked_by_the_share_and_not_by_its_part(con: duckdb.DuckDBPyConnection) -> None:
    rank = {"id": "rank", "says": "工资占营业收入比重居首", "operator": "ranks_within", "fact": {"ratio_of": ["wages_yuan", "revenue_yuan"]}, "value": 1}
    policy = policy_of({"clauses": [{"id": "top", "award": {"cap_yuan": 1}, "conditions": [rank]}]})
    con.execute("delete from facts")
    for name, wages, revenue in (("large", 40, 400), ("small", 20, 100), ("same", 10, 50)):
        con.execute("insert into facts (event_id, event_kind, list, qualified_on, wages_yuan, revenue_yuan) values (?, 'recognition', 'top', ?, ?, ?)", [name, DAY, wages, revenue])
    programs = programs_of(policy)
    assert {event_id: answers for _, event_id, answers, *_ in con.execute(statement(programs)).fetchall()} == {"large": [NOT_MET], "small": [REVIEW], "same": [REVIEW]}
    told = {event_id: reason for _, event_id, _, _, reason in con.execute(explanation(programs)).fetchall()}
    assert told["large"] == "现居第 3 名，同年 3 家参评"
