"""The SQL of the law on DuckDB and on Spark: each answer, bound and reason is the same, of the laws in the tree and of any other."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bench.engines import SMALL
from pipelines.policy.evaluator import explanation, instalments, programs_of, statement
from pipelines.policy.load import load_policies
from pipelines.policy.model import Policy
from pipelines.settings import PROJECT
from tests.policy.law import SCHEMA
from tests.policy.random_events import random_events
from tests.policy.random_laws import any_law

pytestmark = pytest.mark.spark

ASKED = {"statement": statement, "explanation": explanation, "instalments": instalments}
CITIES = ("wenzhou", "dalian", "xiamen")   # Wuxi's is asked in a whole city: tests/integration/test_engines.py


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(*next(iter(SMALL.items())))
        told = {"spark.sql.ansi.enabled": "false", "spark.ui.enabled": "false", "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("spark"))}   # as dbt-spark has it
        session = SparkSession.builder.master("local[1]").config(map=told).getOrCreate()
        yield session
        session.stop()


def compare(spark: Any, policy: Policy, document: str, rows: list[dict[str, Any]], file: Path, seen: Counter[str]) -> None:
    """Ask both of one document over the same events; `seen` counts the rows."""
    pq.write_table(pa.Table.from_pylist([{**row, "event_id": f"e{number}"} for number, row in enumerate(rows)], SCHEMA), file)
    spark.read.parquet(str(file)).createOrReplaceTempView("facts")
    of_duckdb, of_spark = (programs_of(policy, document, engine=engine) for engine in ("duckdb", "spark"))
    with duckdb.connect(config={"threads": 1}) as con:
        con.execute(f"create view facts as from '{file}'")
        for name, sql in ASKED.items():
            expected = con.execute(sql(of_duckdb)).fetchall()
            found = [tuple(row) for row in spark.sql(sql(of_spark)).collect()]
            assert sorted(found, key=lambda row: row[:3]) == sorted(expected, key=lambda row: row[:3]), (policy.policy_id, document, name)
            seen[name] += len(found)


def events_of(policy: Policy, size: int) -> st.SearchStrategy[tuple[Policy, list[dict[str, Any]]]]:
    return st.tuples(st.just(policy), random_events(policy, size))


def plan(examples: int) -> settings:
    return settings(
        max_examples=examples, derandomize=True, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )


@pytest.mark.parametrize("city", CITIES)
def test_the_laws_in_the_tree_answer_alike_on_both_engines(spark: Any, city: str, tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    for policy in load_policies(PROJECT / "data" / "policies" / city):
        rows: list[dict[str, Any]] = []

        @plan(5)
        @given(random_events(policy, 60))
        def drawn(events: list[dict[str, Any]]) -> None:
            rows.extend(events)  # noqa: B023 (called at once)

        drawn()
        for document in policy.documents:
            compare(spark, policy, document, rows, tmp_path / "facts.parquet", seen)
    assert seen["statement"] > 100
    assert seen["explanation"] > seen["statement"]


def test_any_law_answers_alike_on_both_engines(spark: Any, tmp_path: Path) -> None:
    seen: Counter[str] = Counter()

    @plan(6)
    @given(any_law().flatmap(lambda policy: events_of(policy, 60)))
    def both(drawn: tuple[Policy, list[dict[str, Any]]]) -> None:
        compare(spark, drawn[0], "draft", drawn[1], tmp_path / "facts.parquet", seen)

    both()
    assert seen["statement"] > 300
