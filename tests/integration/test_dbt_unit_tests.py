"""dbt's own unit tests, beside the models of the sample city: the evaluator and uptake."""

from pipelines.dbt_run import run_dbt
from pipelines.inputs import Inputs
from tests.conftest import City


def test_dbt_unit_tests_pass(city: City) -> None:
    told = run_dbt(city.settings, "test", "--select", "test_type:unit", inputs=Inputs.read(city.settings.work))
    results = [result for result in told if result.node.resource_type == "unit_test"]   # beside them what is done on each start
    assert len(results) >= 3
    assert [(r.node.unique_id, r.message) for r in results if r.status != "pass"] == []
