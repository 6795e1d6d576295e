"""One city on two engines: from the same files, what is published is equal row by row, with types."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from bench.engines import SMALL, compared, made, marts
from pipelines import spark
from pipelines.dbt_run import project, run_dbt
from pipelines.inputs import Inputs
from pipelines.settings import Settings

pytestmark = pytest.mark.spark

FIRMS, SEED = 150, 2026
CORE = ("dim_event", "dim_park", "fct_claim", "fct_claim_condition", "fct_event_declared", "fct_event_fact", "fct_instalment")
"""Claims and what they stand on: with all models before them half of what there is."""


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    """Spark is started within this process too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(*next(iter(SMALL.items())))
        yield


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small city, built on DuckDB."""
    home = tmp_path_factory.mktemp("engines") / "duckdb"
    made(home, "duckdb", FIRMS, SEED)
    return home


def test_the_city_has_rows_of_every_source_and_claims_of_every_clause(home: Path) -> None:
    with duckdb.connect(str(marts(home)), read_only=True) as con:
        assert con.execute("select source from mart_source_freshness where rows_loaded = 0").fetchall() == []
        unasked = """
            select distinct clause_id from dim_clause where coverage_status not in ('unseen', 'not_encoded')
            except select clause_id from fct_claim
        """
        assert con.execute(unasked).fetchall() == []


def test_claims_and_what_they_stand_on_are_the_same_on_both_engines(home: Path) -> None:
    settings = replace(Settings.load(home), engine="spark")
    inputs, manifest = Inputs.read(settings.work), project(settings)
    with spark.lake(settings, inputs, manifest) as lake:
        told = run_dbt(settings, "run", "--select", *(f"+{mart}" for mart in CORE), inputs=inputs)
        assert [(r.node.unique_id, spark.words(r.message)) for r in told if r.status != "success"] == []
        lake.collect({"nodes": {key: node for key, node in manifest["nodes"].items() if node["name"] in CORE}})
    found = compared(marts(home), settings.warehouse, CORE)
    assert [mart.table for mart in found] == sorted(CORE)
    assert [mart for mart in found if not mart.is_equal] == []


@pytest.mark.slow
def test_a_whole_build_is_the_same_on_both_engines(home: Path) -> None:
    made(other := home.parent / "spark", "spark", FIRMS, SEED)
    assert [mart for mart in compared(marts(home), marts(other)) if not mart.is_equal] == []


@pytest.mark.slow
def test_dbt_unit_tests_pass_on_spark(home: Path) -> None:
    settings = replace(Settings.load(home), engine="spark")
    inputs = Inputs.read(settings.work)
    with spark.lake(settings, inputs, project(settings)):
        made = run_dbt(settings, "run", inputs=inputs)   # they ask the models for their columns; not --empty, models read the contracts
        assert [(r.node.unique_id, spark.words(r.message)) for r in made if r.status != "success"] == []
        told = [r for r in run_dbt(settings, "test", "--select", "test_type:unit", inputs=inputs) if r.node.resource_type == "unit_test"]
    assert len(told) >= 20
    assert [(r.node.unique_id, spark.words(r.message)) for r in told if r.status != "pass"] == []
