"""A raw asset for each source: its new files are read, the rows known to the build are counted and checked.

`landing/<source>` is the sender's part: materialised when a file came, so that its freshness is theirs. `raw/<source>` is
ours: materialised in every run, with the same data version while its rows are the same.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import dagster as dg
from duckdb import DuckDBPyConnection

from pipelines.arrivals import file_row
from pipelines.base.duck import connect
from pipelines.defs.resources import City
from pipelines.fingerprint import hash_of_rows
from pipelines.quality.checks import run_checks
from pipelines.quality.result import CheckResult, failed_errors, read_checks, write_checks
from pipelines.settings import Settings
from pipelines.sources.archive import FileRecord, known_rows, records_known
from pipelines.sources.contract import Contract
from pipelines.sources.ingest import read_source

SAMPLE_ROWS = 5
_COUNTS = ("rows_read", "rows_loaded", "rows_skipped", "rows_quarantined")


def landing_asset(contract: Contract) -> dg.AssetSpec:
    """What a sender delivers, late when its rhythm has passed."""
    return dg.AssetSpec(
        ["landing", contract.source], group_name="landing", description=f"landing/{contract.source}/: files as received.",
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(days=contract.rhythm.days)),
    )  # fmt: skip


def raw_asset(contract: Contract) -> dg.AssetsDefinition:
    """The rows of one source."""
    source, key = contract.source, dg.AssetKey(["raw", contract.source])

    @dg.asset(
        key=key,
        deps=[["landing", source]],
        group_name="raw",
        kinds={"python", "parquet"},
        description=f"{contract.title}（{contract.sender}，{contract.rhythm.words}）: {contract.grain}",
        check_specs=[dg.AssetCheckSpec("expectations", asset=key, blocking=True)],
        retry_policy=dg.RetryPolicy(max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL),
    )
    def read(context: dg.AssetExecutionContext, city: City) -> Iterator[Any]:
        with city.step(context), connect(spill=city.settings.var) as con:
            city.say("读入来源文件", "reading")
            report = read_source(city.settings, city.contracts[source], city.say, con)
            city.running.new_files += report.new_count
            for warning in report.warnings:
                city.warn(warning)
            if report.new_count:
                context.log_event(dg.AssetMaterialization(["landing", source], metadata={"new_files": report.new_count}))
            records, version = rows_of(city, source)
            yield dg.MaterializeResult(data_version=dg.DataVersion(version), metadata=_told(city.settings, source, records, con))
            checks = _checked(city, source, version, con)
            city.record.tell(checks)
        yield check_result(checks, key)

    return read


def rows_of(city: City, source: str) -> tuple[list[FileRecord], str]:
    """The records of a source that the run may know, and a hash of their rows."""
    records = records_known(city.settings.raw, city.arrived_by, source)
    names = (place.name for place in known_rows(city.settings.raw, source, city.arrived_by).values() if place.parent.name == source)
    return records, hash_of_rows(names, records)[:20]


def incoming_checks(city: City) -> dict[str, list[CheckResult] | None]:
    """By source, what its checks said of the rows it has now; None where they have not been checked since they changed."""
    return {
        source: read_checks(_path(city.settings, source), _made_of(city, rows_of(city, source)[1])) for source in city.contracts
    }


def _checked(city: City, source: str, version: str, con: DuckDBPyConnection) -> list[CheckResult]:
    """The checks of the rows; of rows that did not change, what was found before."""
    city.say("核对来源数据")
    path, made_of = _path(city.settings, source), _made_of(city, version)
    found = read_checks(path, made_of)
    if found is None:
        path.unlink(missing_ok=True)
        rows = [str(path) for path, place in known_rows(city.settings.raw, source, city.arrived_by).items() if place.parent.name == source]
        found = run_checks("raw", con, {source: f"read_parquet({rows}, union_by_name = true)"})
        write_checks(path, found, made_of)
    return found


def _path(settings: Settings, source: str) -> Any:
    return settings.raw / "_checks" / f"{source}.json"


def _made_of(city: City, version: str) -> str:
    return f"{version} {city.code}"


def check_result(checks: list[CheckResult], key: dg.AssetKey) -> dg.AssetCheckResult:
    """The expectations of one table as one asset check; warnings pass and are told."""
    failed = [check for check in checks if not check.is_success]
    told = {check.check_id: f"{check.severity}: {check.unexpected_count} {check.sample or ''}" for check in failed}
    return dg.AssetCheckResult(
        asset_key=key, check_name="expectations", passed=not failed_errors(checks), metadata={"checks": len(checks), **told}
    )


def _told(settings: Settings, source: str, records: list[FileRecord], con: DuckDBPyConnection) -> dict[str, Any]:
    """Rows and hashes of a source, and a few rows of its newest file; personal data never came that far."""
    loaded = [record for record in records if record.status == "loaded"]
    found: dict[str, Any] = {
        "files": len(records), "refused": sum(record.status == "refused" for record in records),
        **{count: sum(file_row(record)[count] for record in records) for count in _COUNTS},
        "dagster/row_count": sum(record.rows_loaded for record in loaded),
    }  # fmt: skip
    if loaded:
        newest = max(loaded, key=lambda record: (record.received_on, record.source_file))
        rows = f"from read_parquet('{settings.raw}/{source}/*.parquet', union_by_name = true) where source_file = ?"
        sample = con.execute(f"select * {rows} limit {SAMPLE_ROWS}", [newest.source_file]).df()
        found |= {
            "newest_file": newest.source_file, "newest_sha256": newest.file_sha256,
            "sample": dg.MetadataValue.md(sample.to_markdown(index=False) if len(sample) else ""),
        }  # fmt: skip
    return found
