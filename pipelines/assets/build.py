"""The build, step by step: files → raw rows → who is who → the law → marts → one published snapshot.

Each step is a plain function; the command line calls them in order, Dagster calls the same ones as assets.
Nothing under `var/work` outlives a build that matters: a killed build is simply begun again.
"""

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa

from dashboard.desk import NAMES
from pipelines.assets.doors import (
    CHECK_RESULT,
    FILE_COLUMNS,
    check_incoming,
    check_outgoing,
    failure_table,
    file_row,
    refuse_on_errors,
    write_arrivals,
)
from pipelines.assets.record import one_build_at_a_time
from pipelines.assets.rooms import transform
from pipelines.carry import carry_contacts
from pipelines.duck import connect
from pipelines.errors import BuildError
from pipelines.identity.resolve import resolve
from pipelines.kept import Kept, hash_of_code, hash_of_rows, hash_of_texts
from pipelines.policy.load import load_policies
from pipelines.policy.rows import write_policy_rows
from pipelines.publish import current_id, find_snapshot, prune, publish, read_manifest
from pipelines.quality.history import accepted
from pipelines.quality.result import CheckResult, failed_errors
from pipelines.reference import write_reference_rows
from pipelines.settings import PROJECT, Settings
from pipelines.sources.contract import Contract, Period, load_contracts
from pipelines.sources.ingest import CHINA, IngestReport, ingest, link_known, records_known

Progress = Callable[[str], object]


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
) -> BuildResult:
    """Files to one published snapshot. With nothing new since the last one, nothing is built.

    knowing: "effective" builds a day from what is true of it, whenever it came; "arrived" from what had come by then.
    A day asked for that is older than the one in force gives a snapshot that is kept beside it and does not become
    current, unless `make_current`. Raises PolicyError, SnapshotRefused or BuildError; the snapshot in force stays in
    each case, and `record.last_build` tells what failed.
    """
    with one_build_at_a_time(settings) as record:
        policies = load_policies(settings.policies, settings.reference)
        progress("读入来源文件")
        arrived = ingest(settings, progress)
        refuse_a_mixture(arrived)
        day, known_on = standing(settings, as_of, knowing)
        arrived_by = known_on if knowing == "arrived" else date.max
        report = replace(arrived, records=records_known(settings.raw, arrived_by))
        fingerprint = fingerprint_of(settings, report, day, f"{knowing} {known_on}")
        current = read_manifest(settings.published) if current_id(settings.published) else None
        becomes_current = make_current or as_of is None or current is None or day.isoformat() >= current["as_of"]
        same = current if becomes_current else find_snapshot(settings.published, fingerprint)
        record.as_of, record.changed_sources = day.isoformat(), changed_sources(report, current)
        if same and same["fingerprint"] == fingerprint and not force:
            shutil.rmtree(settings.var / "work", ignore_errors=True)   # of one that was killed when it had just published
            record.state, record.snapshot_id = "unchanged", same["snapshot_id"]
            return _result(same, arrived, published=False, message="没有新内容，沿用现有快照")
        work = fresh_work(settings, arrived_by)
        kept = kept_parts(settings, work / "raw", report)
        if force:
            kept.forget()
        progress(f"截至 {day}：识别企业名称")
        resolve(work / "raw", work / "identity", day, known_on, settings.decisions, kept)
        write_policy_rows(policies, work / "policy")
        write_reference_rows(settings.reference, work / "reference")
        progress("核对来源数据")
        incoming = check_incoming(work / "raw", kept)
        record.checks += incoming
        write_arrivals(settings, report, incoming, kept)
        refuse_on_errors(incoming)
        progress("套用政策条款，计算权益与兑现")
        tests, contents = transform(settings, day, known_on, kept, today_of(day, known_on, any(r.is_sample for r in report.records)))
        record.checks += tests
        refuse_on_errors(tests)   # marts behind a failed test are not there to be checked
        progress("核对结果数据")
        outgoing = check_outgoing(settings, contents, kept)
        record.checks += outgoing
        refuse_on_errors(outgoing)
        later = [*tests, *outgoing]
        progress("发布快照")
        manifest = manifest_of(settings, report, day, fingerprint, record.checks, knowing)
        extra = {
            "mart_quality_result": pa.Table.from_pylist([check.row() for check in later], CHECK_RESULT),
            "mart_quality_failure": failure_table(later),
        }
        marts = {name: kept.digest(content) for name, content in contents.items() if name not in extra}
        if current and becomes_current:   # before publishing: a kill between the two would leave nothing to carry them from
            marts_before = settings.published / current["snapshot_id"] / "marts.duckdb"
            carry_contacts(settings.decisions, marts_before, work / "warehouse.duckdb")
        snapshot_id = publish(work / "warehouse.duckdb", settings.published, manifest, extra, becomes_current, marts, force)
        prune(settings.published, settings.keep_snapshots)
        shutil.rmtree(work)
        kept.tidy()
        record.state, record.snapshot_id = "published", snapshot_id
        return _result(read_manifest(settings.published, snapshot_id), arrived, published=True)


def changed_sources(report: IngestReport, current: dict[str, Any] | None) -> list[str]:
    """Sources with a file that the snapshot in force does not know as it is now."""
    known = [{name: file.get(name) for name in FILE_COLUMNS} for file in current["files"]] if current else []
    return list(dict.fromkeys(r.source for r in report.records if file_row(r) not in known))


def refuse_a_mixture(report: IngestReport) -> None:
    """Raises BuildError when invented rows and real ones lie in one home: no label could be right."""
    if len({record.is_sample for record in report.records if record.status == "loaded"}) > 1:
        raise BuildError("This home holds sample rows and real ones. Give each a home of its own with --home.")


def fresh_work(settings: Settings, arrived_by: date = date.max) -> Path:
    """A new folder for one build, with the rows it stands on; what a killed one left behind is removed."""
    work = settings.var / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    link_known(settings.raw, work / "raw", arrived_by)
    return work


def standing(settings: Settings, as_of: date | None, knowing: str) -> tuple[date, date]:
    """The day a build stands on, and the day up to which arrivals count as known to it.

    The newest day in the data knows everything that came since; a day before it takes states that carry no day of
    their own (an application's, a firm's registration) as they had arrived by then.
    Raises BuildError when the day lies after the newest one.
    """
    newest = newest_day(settings)
    if as_of and as_of > newest:
        raise BuildError(
            f"--as-of {as_of} lies after the newest day in the data, {newest}. Give that day or an earlier one."
        )
    is_past = as_of is not None and (as_of < newest or knowing == "arrived")
    return as_of or newest, as_of if as_of and is_past else date.max


def newest_day(settings: Settings) -> date:
    """The day the data stands on, the default as-of day: the newest day in the rows that have come, never the wall clock.

    Figures of a year or quarter tell up to its end, and no row tells of a day after its arrival; reference series and
    the arrival itself move nothing (contracts, `data_day`). Raises BuildError when no file holds a day.
    """
    days: list[date | None] = []
    with connect() as con:
        for contract in load_contracts().values():
            if told := days_told(contract):
                # (Trap: least(null, x) is x in DuckDB.)
                newest = ", ".join(f"max(case when {day} < received_on then {day} when {day} is not null then received_on end)" for day in told)
                files = f"{settings.raw}/{contract.source}/*.parquet"
                days += (
                    con.execute(f"select {newest} from read_parquet(?, union_by_name = true)", [files]).fetchone() or ()
                )
    found = [day for day in days if day is not None]
    if not found:
        raise BuildError(f"{settings.landing}: no row was loaded. Put files under its source folders and build again.")
    return max(found)


def days_told(contract: Contract) -> list[str]:
    """SQL of the days up to which a row of a source tells."""
    if contract.data_day == "never":
        return []
    days = [c.name for c in (*contract.columns, *contract.sidecar) if c.type == "day" and not c.future]
    if isinstance(contract.data_day, Period):
        end = f"make_date({contract.data_day.column}, 12, 31)"
        quarter = "cast(date_trunc('quarter', received_on + 1) as date) - 1"   # the last one that had ended on arrival
        if contract.data_day.ends == "quarter":
            end = f"case when {end} < {quarter} then {end} when {end} is not null then {quarter} end"
        days.append(f"({end})")
    return days


def today_of(as_of: date, known_on: date, is_sample: bool) -> date:
    """The day from which the age of arrivals is counted: that of the build.

    A past day that is built again counts from that day, and an invented city lives on its last one: a year later every
    source of a demonstration would be overdue.
    """
    return as_of if is_sample or known_on < date.max else datetime.now(CHINA).date()


def fingerprint_of(
    settings: Settings, report: IngestReport, as_of: date, knowing: str = f"effective {date.max}"
) -> str:
    """One hash of all a snapshot depends on: rows, what people decided, law, reference data, code, day, what it may know."""
    digest = hashlib.sha256(f"{as_of} {knowing} {sorted(accepted(settings))}".encode())
    for r in report.records:
        digest.update(f"{r.source}{r.source_file}{r.file_sha256}{r.read_by}{r.received_on}{r.status}".encode())
    decided = settings.decisions / NAMES
    digest.update(decided.read_bytes() if decided.exists() else b"")
    digest.update(f"{hash_of_texts(settings.policies)}{hash_of_code(settings)}".encode())
    return digest.hexdigest()


def kept_parts(settings: Settings, raw: Path, report: IngestReport) -> Kept:
    """The parts of earlier builds that may serve this one: of the same code, of the same rows."""
    rows = {source: hash_of_rows(raw, report.records, source) for source in load_contracts()}
    return Kept(settings.var / "kept", hash_of_code(settings), rows)


def manifest_of(
    settings: Settings,
    report: IngestReport,
    as_of: date,
    fingerprint: str,
    checks: list[CheckResult],
    knowing: str = "effective",
) -> dict[str, Any]:
    """What a reader must know of a snapshot without opening it."""
    policies, built_at = load_policies(settings.policies), datetime.now(UTC)
    with connect(settings.var / "work" / "warehouse.duckdb", read_only=True) as con:
        outcomes = con.execute("""
            select outcome, count(*) from fct_claim
            where claim_id in (select claim_id from int_claims where is_primary) group by 1 order by 1
        """).fetchall()
    return {
        "as_of": as_of.isoformat(),
        "data_day": newest_day(settings).isoformat(),   # later than as_of when a past day is built again
        "knowing": knowing,
        "built_at": built_at.isoformat(timespec="seconds"),
        "built_on": built_at.astimezone(CHINA).date().isoformat(),
        "softcity_version": version("softcity"),
        "git_revision": _git_revision(),
        "fingerprint": fingerprint,
        "is_sample": any(record.is_sample for record in report.records),
        "policies": [
            {
                "policy_id": policy.policy_id, "title": policy.title,
                "documents": [
                    {"document": name, "title": f"{policy.title}（{document.title}）", "is_draft": document.is_draft,
                     "last_checked_on": document.last_checked_on.isoformat()}
                    for name, document in policy.documents.items()
                ],
                "decisions": {decision.id: decision.setting for decision in policy.decisions},
            }
            for policy in policies
        ],
        "files": [file_row(record) for record in report.records],
        "claims_by_outcome": dict(outcomes),
        "checks": check_counts(checks),
    }  # fmt: skip


def check_counts(checks: list[CheckResult]) -> dict[str, Any]:
    return {
        "total": len(checks),
        "error_failed": len(failed_errors(checks)),
        "warn_failed": sum(c.severity == "warn" and not c.is_success for c in checks),
        "failed": [f"{c.table_name or c.door}：{c.description}" for c in checks if not c.is_success],
    }


def _git_revision() -> str | None:
    if not shutil.which("git"):
        return None  # a container has none
    # the tree is root's where the service runs as a user of its own, and git asks whether that is meant
    command = ["git", "-c", f"safe.directory={PROJECT}", "rev-parse", "HEAD"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or None


def _result(manifest: dict[str, Any], report: IngestReport, published: bool, message: str = "") -> BuildResult:
    counts = ("rows_read", "rows_loaded", "rows_skipped", "rows_quarantined")
    by_source: dict[str, dict[str, Any]] = {}
    for record in report.records:
        if record.status in ("superseded", "withdrawn"):
            continue
        row = by_source.setdefault(record.source, {"source": record.source, "files": 0, **dict.fromkeys(counts, 0)})
        row["files"] += 1
        for name in counts:
            row[name] += getattr(record, name)
    return BuildResult(
        as_of=manifest["as_of"], knowing=manifest.get("knowing", "effective"), published=published, snapshot_id=manifest["snapshot_id"], new_files=report.new_count,
        sources=list(by_source.values()), files=[file_row(record) for record in report.records],
        claims_by_outcome=manifest["claims_by_outcome"], checks=manifest["checks"],
        warnings=report.warnings, message=message,
    )  # fmt: skip
