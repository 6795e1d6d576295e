"""The SQL evaluator against a slow, plain one, over thousands of random claims.

Laws are the committed one under random decisions, and wholly random ones; facts lie at and beside every edge, or are missing.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines.policy.evaluator import explanation, programs_of, statement
from pipelines.policy.load import load_policies
from pipelines.policy.model import Policy
from pipelines.settings import PROJECT
from tests.policy.law import OUTCOMES, SCHEMA, law
from tests.policy.plain import Row, in_force, reference
from tests.policy.random_events import clauses_of, random_events
from tests.policy.random_laws import any_law


@dataclass(frozen=True)
class Claims:
    """A law and events; what differs is told by `compare`, not by the hundred rows."""

    policy: Policy
    query: str
    reasons: str
    rows: list[Row]

    def __repr__(self) -> str:
        return f"{len(self.rows)} events"


def _claims(policy: Policy, size: int) -> st.SearchStrategy[Claims]:
    programs = programs_of(policy, next(iter(policy.documents)))
    return st.builds(Claims, st.just(policy), st.just(statement(programs)), st.just(explanation(programs)), random_events(policy, size))


def compare(con: duckdb.DuckDBPyConnection, claims: Claims, seen: Counter[str]) -> None:
    """Ask both of every clause and row; `seen` counts the outcomes."""
    policy, facts = claims.policy, {f"e{number}": row for number, row in enumerate(claims.rows)}
    con.register(
        "facts", pa.Table.from_pylist([{**row, "event_id": event_id} for event_id, row in facts.items()], SCHEMA)
    )
    found = con.execute(claims.query).fetchall()
    answered = {(key.split("/")[-1].split("@")[0], event_id): tuple(rest) for key, event_id, *rest in found}
    assert len(answered) == len(found)  # one version of a clause answers an event
    explained = con.execute(f"select clause_key, event_id, count(*) from ({claims.reasons}) group by all").fetchall()
    assert {(key, event_id): count for key, event_id, count in explained} == {(key, event_id): len(answers) for key, event_id, answers, *_ in found}
    for clause_id, versions in clauses_of(policy).items():
        for event_id, row in facts.items():
            version = in_force(versions, row["qualified_on"])
            expected = reference(policy, version, row) if version else None
            given_facts = {key: value for key, value in row.items() if value is not None}
            assert answered.get((clause_id, event_id)) == expected, (version, given_facts)
            if expected is not None:
                seen[OUTCOMES[max(expected[0])]] += 1
    assert sum(seen.values()) >= len(found)


# no shrinking: what differs is told by clause and row
PLAN = settings(
    max_examples=50, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def test_the_committed_law_answers_as_the_plain_evaluator_does() -> None:
    seen: Counter[str] = Counter()
    laws = [
        law({"D2": how, "D7": start, "D8": where, "D9": mark, "D12": years})
        for how in ("whole", "marginal")
        for start, where, mark, years in (
            (date(2024, 1, 1), "urban", "list_or_industry", 3),
            (date(2023, 3, 1), "with_reference", "list_only", 1),
        )
    ]
    laws += load_policies(PROJECT / "data" / "policies" / "wenzhou")
    choices = st.one_of([_claims(policy, 60) for policy in laws])
    with duckdb.connect() as con:
        PLAN(given(choices)(lambda choice: compare(con, choice, seen)))()
    assert sum(seen.values()) > 2000
    assert set(seen) == set(OUTCOMES)


def test_any_law_answers_as_the_plain_evaluator_does() -> None:
    seen: Counter[str] = Counter()
    choices = any_law().flatmap(lambda policy: _claims(policy, 40))
    with duckdb.connect() as con:
        PLAN(given(choices)(lambda choice: compare(con, choice, seen)))()
    assert sum(seen.values()) > 3000
    assert set(seen) == set(OUTCOMES)
