"""The build, step by step: files → raw rows → who is who → the law → marts → one published snapshot.

Each step is a plain function; the command line calls them in order, Dagster calls the same ones as assets.
Nothing under `var/work` outlives a build that matters: a killed build is simply begun again.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.desk import NAMES
from pipelines.assets.record import one_build_at_a_time
from pipelines.duck import connect
from pipelines.errors import BuildError, SnapshotRefused
from pipelines.identity.resolve import resolve
from pipelines.kept import Kept, hash_of_rows, hash_of_texts, written_last
from pipelines.policy.load import load_policies
from pipelines.policy.rows import write_policy_rows
from pipelines.publish import current_id, find_snapshot, prune, publish, read_manifest
from pipelines.quality.checks import CheckResult, failed_errors, run_door
from pipelines.quality.history import accepted
from pipelines.reference import write_reference_rows
from pipelines.settings import PROJECT, Settings
from pipelines.sources.contract import load_contracts
from pipelines.sources.ingest import IngestReport, ingest, link_known, records_known
from pipelines.sources.replaced import replaced_rows

Progress = Callable[[str], object]
CHECK_RESULT = pa.schema([
    ("check_id", pa.string()), ("door", pa.string()), ("table_name", pa.string()), ("severity", pa.string()),
    ("description", pa.string()), ("is_success", pa.bool_()), ("row_count", pa.int64()),
    ("unexpected_count", pa.int64()), ("sample", pa.string()),
])  # fmt: skip
CHECK_FAILURE = pa.schema([
    ("check_id", pa.string()), ("table_name", pa.string()), ("source_file", pa.string()), ("sheet", pa.string()),
    ("row_no", pa.int64()), ("row_key", pa.string()), ("column_name", pa.string()), ("value_seen", pa.string()),
])  # fmt: skip
OF_REGISTER = ("stg_register", "int_rows_read_registrations")  # models of the register and no day: dear, and often as they were
FILE_COLUMNS = (
    "source", "source_file", "file_sha256", "received_on", "status", "message",
    "rows_read", "rows_loaded", "rows_skipped", "rows_quarantined", "delivery",
)  # fmt: skip


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
        policies = load_policies(settings.policies)
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
        rooms = transform(settings, day, known_on, kept)
        progress("核对结果数据")
        later = [*rooms, *check_outgoing(settings)]
        record.checks += later
        refuse_on_errors(later)
        progress("发布快照")
        manifest = manifest_of(settings, report, day, fingerprint, record.checks, knowing)
        extra = {
            "mart_quality_result": pa.Table.from_pylist([check.row() for check in later], CHECK_RESULT),
            "mart_quality_failure": failure_table(later),
        }
        snapshot_id = publish(work / "warehouse.duckdb", settings.published, manifest, extra, becomes_current)
        prune(settings.published, settings.keep_snapshots)
        shutil.rmtree(work)
        kept.tidy()
        record.state, record.snapshot_id = "published", snapshot_id
        return _result(read_manifest(settings.published, snapshot_id), arrived, published=True)


def changed_sources(report: IngestReport, current: dict[str, Any] | None) -> list[str]:
    """Sources with a file that the snapshot in force does not know as it is now."""
    known = [{name: file.get(name) for name in FILE_COLUMNS} for file in current["files"]] if current else []
    return list(dict.fromkeys(r.source for r in report.records if _file_row(r) not in known))


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
    """The newest day in the data that has come, the default as-of day: never the wall clock.

    Raises BuildError when no file holds a day.
    """
    days: list[date | None] = []
    with connect() as con:
        for contract in load_contracts().values():
            columns = [c.name for c in (*contract.columns, *contract.sidecar) if c.type == "day" and not c.future]
            newest = ", ".join(f"max({column})" for column in columns)
            if columns:
                files = f"{settings.raw}/{contract.source}/*.parquet"
                days += (
                    con.execute(f"select {newest} from read_parquet(?, union_by_name = true)", [files]).fetchone() or ()
                )
    found = [day for day in days if day is not None]
    if not found:
        raise BuildError(f"{settings.landing}: no row was loaded. Put files under its source folders and build again.")
    return max(found)


def fingerprint_of(
    settings: Settings, report: IngestReport, as_of: date, knowing: str = f"effective {date.max}"
) -> str:
    """One hash of all a snapshot depends on: rows, what people decided, law, reference data, code, day, what it may know."""
    digest = hashlib.sha256(f"{as_of} {knowing} {sorted(accepted(settings))}".encode())
    for r in report.records:
        digest.update(f"{r.source}{r.source_file}{r.file_sha256}{r.read_by}{r.received_on}{r.status}".encode())
    decided = settings.decisions / NAMES
    digest.update(decided.read_bytes() if decided.exists() else b"")
    digest.update(hash_of_texts(settings.policies, settings.reference, PROJECT / "pipelines", settings.dbt_project).encode())
    return digest.hexdigest()


def kept_parts(settings: Settings, raw: Path, report: IngestReport) -> Kept:
    """The parts of earlier builds that may serve this one: of the same code and reference data, of the same rows."""
    code = hash_of_texts(settings.reference, PROJECT / "pipelines", settings.dbt_project)
    rows = {source: hash_of_rows(raw, report.records, source) for source in load_contracts()}
    return Kept(settings.var / "kept", code, rows)


def check_incoming(raw: Path, kept: Kept) -> list[CheckResult]:
    """Expectations on the raw rows of each source; of one that did not change, what was found before."""
    on_file = {name: kept.path(f"checks_{name}.json", kept.sources[name]) for name in load_contracts()}
    relations = {
        name: f"read_parquet('{raw}/{name}/*.parquet', union_by_name = true)"
        for name, path in on_file.items() if not path.exists()
    }  # fmt: skip
    with connect(spill=raw.parent) as con:
        found = run_door("in", con, relations)
    for name in relations:
        with written_last(on_file[name]) as part:
            own = [vars(check) for check in found if check.table_name == name]
            part.write_text(json.dumps(own, ensure_ascii=False), encoding="utf-8")
    return [
        CheckResult.of_json(check)
        for path in on_file.values() for check in json.loads(path.read_text(encoding="utf-8"))
    ]  # fmt: skip


def check_outgoing(settings: Settings) -> list[CheckResult]:
    """Expectations on the marts before they are published."""
    with connect(settings.var / "work" / "warehouse.duckdb", read_only=True) as con:
        tables = [name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()]
        return run_door("out", con, {name: name for name in tables})


def refuse_on_errors(results: list[CheckResult]) -> None:
    """Raises SnapshotRefused naming every failed check of severity error."""
    if failed := failed_errors(results):
        lines = [
            f"{r.table_name}：{r.description}（{r.unexpected_count} 行不符：{r.sample or '见数据页'}）" for r in failed
        ]
        raise SnapshotRefused("检查未通过，未发布，沿用原快照。请改正来源文件后重跑：\n" + "\n".join(lines))


def write_arrivals(settings: Settings, report: IngestReport, checks: list[CheckResult], kept: Kept) -> None:
    """Files, quarantined and replaced rows and checks at the door, as Parquet for dbt."""
    raw, folder = settings.var / "work" / "raw", settings.var / "work" / "arrivals"
    folder.mkdir(parents=True, exist_ok=True)
    text, whole, day = pa.string(), pa.int64(), pa.date32()
    contracts = load_contracts().values()
    sources = [
        {
            "source": c.source,
            "title": c.title,
            "sender": c.sender,
            "rhythm": c.rhythm.words,
            "rhythm_days": c.rhythm.days,
            "key_columns": ", ".join(c.key),
        }
        for c in contracts
    ]
    source_schema = pa.schema(
        [("source", text), ("title", text), ("sender", text), ("rhythm", text), ("rhythm_days", whole), ("key_columns", text)]
    )
    file_schema = pa.schema([
        ("source", text), ("source_file", text), ("file_sha256", text), ("received_on", day), ("delivery", text),
        ("is_accepted", pa.bool_()), ("status", text), ("message", text), ("rows_read", whole), ("rows_loaded", whole), ("rows_skipped", whole), ("rows_quarantined", whole),
    ])  # fmt: skip
    let_stand = accepted(settings)
    files = [
        {**_file_row(r), "received_on": date.fromisoformat(r.received_on),
         "is_accepted": r.file_sha256 in let_stand}
        for r in report.records
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(sources, source_schema), folder / "source.parquet")
    pq.write_table(pa.Table.from_pylist(files, file_schema), folder / "file.parquet")
    pq.write_table(pa.Table.from_pylist([c.row() for c in checks], CHECK_RESULT), folder / "check_result.parquet")
    pq.write_table(failure_table(checks), folder / "check_failure.parquet")
    with connect(spill=folder) as con:
        quarantined = f"(from read_parquet('{raw}/_quarantine/*.parquet', union_by_name = true))"
        copy_to(con, quarantined, folder / "quarantine.parquet")
        parts = []
        for c in contracts:
            replaced = partial(copy_to, con, f"({replaced_rows(c, f'{raw}/{c.source}/*.parquet')})")
            parts.append(str(kept.part(f"replaced_{c.source}.parquet", [kept.sources[c.source]], replaced)))
        copy_to(con, f"(from read_parquet({parts}))", folder / "replaced.parquet")


def failure_table(checks: list[CheckResult]) -> pa.Table:
    """The failing rows of some checks, as mart_quality_failure has them."""
    return pa.Table.from_pylist([row for check in checks for row in check.failure_rows()], CHECK_FAILURE)


def transform(settings: Settings, as_of: date, known_on: date, kept: Kept) -> list[CheckResult]:
    """Run dbt once, models and data tests together; returns the tests.

    The models that read the register alone (OF_REGISTER) are run when it changed, else taken as they were.
    Raises BuildError with the models that failed and why.
    """
    warehouse = settings.var / "work" / "warehouse.duckdb"
    made_of = kept.sources["registrations"], known_on
    on_file = {model: kept.path(f"{model}.parquet", *made_of) for model in OF_REGISTER}
    standing = [model for model, path in on_file.items() if path.exists()]
    with connect(warehouse) as con:
        for model in standing:
            con.execute(f"create view {model} as from read_parquet('{on_file[model]}')")
    variables = json.dumps({"as_of": as_of.isoformat(), "known_on": known_on.isoformat()})
    unasked = ["--exclude", *standing] if standing else []
    results = dbt(settings, "build", "--exclude-resource-type", "unit_test", "--vars", variables, *unasked)
    if told := [f"{r['unique_id']}: {' '.join(str(r['message']).split())}" for r in results if r["status"] == "error"]:
        raise BuildError("dbt failed; mend the model it names:\n" + "\n".join(told))
    # tests behind a failed one are skipped; the failed one tells
    tests = [r for r in results if r["unique_id"].startswith("test.") and r["status"] != "skipped"]
    with connect(warehouse, read_only=True) as con:
        for model in OF_REGISTER:
            kept.part(f"{model}.parquet", made_of, partial(copy_to, con, model))
        return [_room_check(con, r) for r in tests]


def copy_to(con: duckdb.DuckDBPyConnection, rows: str, path: Path) -> None:
    """Write a table, or a query in brackets, as Parquet."""
    con.execute(f"copy {rows} to '{path}' (format parquet)")


def dbt(settings: Settings, *command: str) -> list[dict[str, Any]]:
    """Run dbt as its own process, so that it holds the warehouse no longer than it runs; returns its results.

    Raises BuildError when dbt could not start.
    """
    target = settings.var / "dbt"
    results = target / "run_results.json"
    results.unlink(missing_ok=True)
    folders = ["--project-dir", str(settings.dbt_project), "--profiles-dir", str(settings.dbt_project)]
    folders += ["--target-path", str(target), "--log-path", str(settings.var / "logs")]
    done = subprocess.run(
        [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "--quiet", *command, *folders],
        env=dbt_environment(settings), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode == 2 or (command[0] == "build" and not results.exists()):
        raise BuildError(f"dbt could not start:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return json.loads(results.read_text(encoding="utf-8"))["results"] if results.exists() else []


def dbt_environment(settings: Settings) -> dict[str, str]:
    work = settings.var / "work"
    return os.environ | {
        "SOFTCITY_WAREHOUSE": str(work / "warehouse.duckdb"),
        "SOFTCITY_RAW": str(work / "raw"),
        "SOFTCITY_WORK": str(work),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def _room_check(con: duckdb.DuckDBPyConnection, result: dict[str, Any]) -> CheckResult:
    name = result["unique_id"].split(".")[2]
    rows = con.execute(f"from ({result['compiled_code']}) limit 5").fetchall() if result["status"] != "pass" else []
    return CheckResult(
        check_id=result["unique_id"], door="room", table_name="", description=name,
        severity="warn" if result["status"] == "warn" else "error",
        is_success=result["status"] == "pass", row_count=0, unexpected_count=int(result["failures"] or 0),
        sample="；".join(" ".join(map(str, row)) for row in rows) or None,
    )  # fmt: skip


def manifest_of(
    settings: Settings,
    report: IngestReport,
    as_of: date,
    fingerprint: str,
    checks: list[CheckResult],
    knowing: str = "effective",
) -> dict[str, Any]:
    """What a reader must know of a snapshot without opening it."""
    policies = load_policies(settings.policies)
    with connect(settings.var / "work" / "warehouse.duckdb", read_only=True) as con:
        outcomes = con.execute("""
            select outcome, count(*) from fct_claim
            where claim_id in (select claim_id from int_claims where is_primary) group by 1 order by 1
        """).fetchall()
    return {
        "as_of": as_of.isoformat(),
        "knowing": knowing,
        "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
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
        "files": [_file_row(record) for record in report.records],
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
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=PROJECT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or None


def _file_row(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in FILE_COLUMNS}


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
        sources=list(by_source.values()), files=[_file_row(record) for record in report.records],
        claims_by_outcome=manifest["claims_by_outcome"], checks=manifest["checks"],
        warnings=report.warnings, message=message,
    )  # fmt: skip
