"""dbt's own unit tests, on the sample city: the evaluator and uptake."""

from datetime import date
from pathlib import Path

from pipelines.assets import build as steps
from pipelines.assets import doors, rooms
from pipelines.identity.resolve import resolve
from pipelines.policy.load import load_policies
from pipelines.policy.rows import write_policy_rows
from pipelines.reference import write_reference_rows
from pipelines.settings import PROJECT, Settings
from pipelines.sources.ingest import ingest


def test_dbt_unit_tests_pass(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path, PROJECT / "data" / "sample" / "landing")
    report = ingest(settings, lambda _: None)
    day = steps.newest_day(settings)
    work = steps.fresh_work(settings)
    kept = steps.kept_parts(settings, work / "raw", report)
    resolve(settings.raw, work / "identity", day, date.max, settings.decisions, kept)
    write_policy_rows(load_policies(settings.policies), work / "policy")
    write_reference_rows(settings.reference, work / "reference")
    doors.write_arrivals(settings, report, [], kept)
    rooms.tell_contents(settings, kept)
    results = rooms.dbt(settings, "build", as_of=day)
    unit_tests = [r for r in results if r["unique_id"].startswith("unit_test.")]
    assert len(unit_tests) >= 3
    assert [r["unique_id"] for r in results if r["status"] not in ("pass", "success", "warn")] == []
