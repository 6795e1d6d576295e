"""`softcity build`: Dagster's job in this process, and not even that where nothing is new.

The same job as the scheduler's, by the same configuration: a day asked for is the day of a month end's partition.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from pipelines import spark
from pipelines.base.scratch import scratch
from pipelines.base.snapshots import read_manifest
from pipelines.build_record import one_build_at_a_time, tell
from pipelines.inputs import choose_inputs
from pipelines.policy.load import load_policies
from pipelines.settings import Settings
from pipelines.sources.ingest import is_anything_new, report_on_file

if TYPE_CHECKING:
    from pipelines.defs.resources import Running

Progress = Callable[[str], object]
_COUNTS = ("rows_read", "rows_loaded", "rows_skipped", "rows_quarantined")


@dataclass(frozen=True)
class BuildResult:
    """What a build did; `--json` prints it."""

    as_of: str
    knowing: str
    published: bool
    snapshot_id: str | None
    new_files: int
    sources: list[dict[str, Any]]
    files: list[dict[str, Any]]
    claims_by_outcome: dict[str, int]
    checks: dict[str, Any]
    warnings: list[str] = field(default_factory=list)
    message: str = ""


def build(
    settings: Settings,
    as_of: date | None = None,
    force: bool = False,
    progress: Progress = lambda _: None,
    knowing: str = "effective",
    make_current: bool = False,
    who: str = "",
) -> BuildResult:
    """Files to one published snapshot. With nothing new since the last one, nothing is built.

    knowing: "effective" builds a day from what is true of it, whenever it came; "arrived" from what had come by then.
    A day asked for that is older than the one in force gives a snapshot that is kept beside it and does not become
    current, unless `make_current`. `who` asks for it, for whoever comes meanwhile. Raises PolicyError, SnapshotRefused or BuildError; the snapshot in force stays in
    each case, and `build_record.last_build` tells what failed.
    """
    with one_build_at_a_time(settings, who) as record:
        spark.refuse_where_missing(settings)
        load_policies(settings.policies, settings.reference)
        progress("读入来源文件")
        tell(settings, record, "reading", "读入来源文件")
        is_new, warnings = is_anything_new(settings)
        if not is_new and not force:
            inputs, same = choose_inputs(settings, as_of, knowing, make_current)
            record.as_of = inputs.as_of.isoformat()
            if same:
                record.state, record.snapshot_id = "unchanged", same["snapshot_id"]
                return _result(settings, same, 0, warnings, published=False)

        from pipelines.defs.resources import Running  # Dagster takes seconds: only where something is new

        running = Running(record, progress)
        options = {"as_of": as_of.isoformat() if as_of else "", "knowing": knowing, "force": force, "make_current": make_current}
        _run(settings, running, options)
        if record.state == "running":
            raise running.failure(record)
        manifest = read_manifest(settings.published, record.snapshot_id)
        return _result(settings, manifest, running.new_files, running.warnings, record.state == "published")


def _run(settings: Settings, running: "Running", options: dict[str, object]) -> None:
    """Run the job here; the record tells whether it published, found all as it was, or neither."""
    import dagster as dg

    from pipelines.defs import definitions, run_config

    folder = scratch("build")   # Dagster's records of this run; of a killed one the next build removes them
    try:
        job = definitions(settings, running).resolve_job_def("daily_build")
        quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
        with dg.DagsterInstance.ephemeral(tempdir=folder) as instance:
            job.execute_in_process(run_config={**run_config(**options), **quiet}, instance=instance, raise_on_error=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _result(settings: Settings, manifest: dict[str, Any], new_files: int, warnings: list[str], published: bool) -> BuildResult:
    from pipelines.arrivals import file_row

    records = report_on_file(settings).records
    by_source: dict[str, dict[str, Any]] = {}
    for record in records:
        if record.status in ("superseded", "withdrawn"):
            continue
        row = by_source.setdefault(record.source, {"source": record.source, "files": 0, **dict.fromkeys(_COUNTS, 0)})
        row["files"] += 1
        for name in _COUNTS:
            row[name] += getattr(record, name)
    return BuildResult(
        as_of=manifest["as_of"], knowing=manifest.get("knowing", "effective"), published=published, snapshot_id=manifest["snapshot_id"],
        new_files=new_files, sources=list(by_source.values()), files=[file_row(record) for record in records],
        claims_by_outcome=manifest["claims_by_outcome"], checks=manifest["checks"], warnings=warnings,
        message="" if published else "没有新内容，沿用现有快照",
    )  # fmt: skip
