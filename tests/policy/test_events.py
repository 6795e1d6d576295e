"""int_events: what a kind of events has, none of it lost where the kinds come together."""

from sqlglot import exp

from pipelines.policy.facts import EVENTS
from tests.policy.models import selected


def test_each_kind_of_events_brings_all_the_columns_it_makes() -> None:
    made = {cte.alias: cte.this for cte in selected("int_events").find_all(exp.CTE)}
    brought = {
        branch.find(exp.From).this.name: {column.name for column in branch.selects if isinstance(column, exp.Column)}
        for branch in made["unioned"].find_all(exp.Select)
    }  # fmt: skip
    assert set(brought) == {f"{kind}_events" for kind in EVENTS}
    assert brought == {kind: set(made[kind].named_selects) for kind in brought}
