"""First reaching a figure: every year before must be known to lie below it; who was registered that year has none before."""

import duckdb
import pytest

from pipelines.policy.evaluator import explanation, programs_of, statement
from pipelines.policy.load import load_policies
from pipelines.policy.versions import conditions_of
from pipelines.settings import PROJECT
from tests.policy.law import ANSWERS, facts_table

LINE = 20_000_000


@pytest.mark.parametrize(
    ("says", "revenue", "earlier", "missing", "answer"),
    [
        ("below the line", LINE - 1, None, 0, "not_met"),
        ("at the line in the year of registration", LINE, None, 0, "met"),
        ("above it, all years before on file and below", LINE + 1, LINE - 1, 0, "met"),
        ("above it, and at it before", LINE + 1, LINE, 0, "not_met"),
        ("above it, at it before, a year missing", LINE + 1, LINE, 1, "not_met"),
        ("above it, below before, a year missing", LINE + 1, LINE - 1, 1, "unknown"),
        ("above it, no year before on file", LINE + 1, None, 3, "unknown"),
        ("above it, registration unknown", LINE + 1, None, None, "unknown"),
        ("no figure this year", None, LINE - 1, 0, "unknown"),
        ("no figure this year, reached before", None, LINE, 0, "not_met"),
        ("below the line, a year missing", LINE - 1, None, 3, "not_met"),
    ],
)  # fmt: skip
def test_sales_first_reach_the_line(says: str, revenue: int | None, earlier: int | None, missing: int | None, answer: str) -> None:
    policy = load_policies(PROJECT / "data" / "policies" / "wenzhou")[0]
    version = next(c for m in policy.measures for c in m.clauses if c.id == "w2.1").versions[0]
    place = [condition.id for condition in conditions_of(policy, version)].index("sales")
    with duckdb.connect() as con:
        facts_table(con)
        con.execute(
            "insert into facts (event_id, event_kind, revenue_yuan, earlier_revenue_yuan, earlier_revenue_missing_count, "
            "earlier_revenue_reason) values ('e', 'statistics_year', ?, ?, ?, '有 1 年没有营业收入数据')",
            [revenue, earlier, missing],
        )
        programs = programs_of(policy, "seen", "w2.1")
        (answers,) = con.execute(f"select answers from ({statement(programs)})").fetchall()
        assert answers[0][place] == ANSWERS[answer], says
        explained = con.execute(f"select condition_order, reason from ({explanation(programs)})").fetchall()
        assert dict(explained)[place + 1] == "有 1 年没有营业收入数据"
