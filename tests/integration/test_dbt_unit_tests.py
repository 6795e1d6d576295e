"""dbt's own unit tests, on the sample city: the evaluator and uptake."""

from datetime import date
from pathlib import Path

from pipelines.arrivals import write_arrivals
from pipelines.dbt_run import run_dbt
from pipelines.identity.resolve import resolve
from pipelines.inputs import begin_work, choose_inputs
from pipelines.policy.load import load_policies
from pipelines.policy.rows import write_policy_rows
from pipelines.reference import write_reference_rows
from pipelines.settings import PROJECT, Settings
from pipelines.sources.ingest import ingest


def test_dbt_unit_tests_pass(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path, PROJECT / "data" / "sample" / "landing")
    report = ingest(settings, lambda _: None)
    inputs, _ = choose_inputs(settings, None, "effective", False)
    work, law = begin_work(settings, inputs), settings.var / "law"
    resolve(work / "raw", work / "identity", inputs.as_of, date.max, settings.decisions)
    write_policy_rows(load_policies(settings.policies), law / "policy")
    write_reference_rows(settings.reference, law / "reference")
    write_arrivals(settings, report.records, [])
    results = run_dbt(settings, "build", inputs=inputs)
    unit_tests = [r for r in results if r.node.unique_id.startswith("unit_test.")]
    assert len(unit_tests) >= 3
    assert [(r.node.unique_id, r.message) for r in results if r.status not in ("pass", "success", "warn")] == []
