"""The build as Dagster assets: one per source, stage and dbt model. The work is `build.build`, called once.

One step makes them all, since a build is one thing: it holds the build lock from the first file to the pointer, and
nothing can come between. Each asset tells what became of it: a source is materialised when one of its files changed
(so its freshness is the sender's), everything after it only when a snapshot was published.
"""

import json
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import build_dbt_asset_specs

from dashboard.visible import visible, visible_lines
from pipelines.assets import build as steps
from pipelines.assets.record import last_build
from pipelines.assets.rooms import dbt
from pipelines.duck import connect
from pipelines.errors import BuildRunning, SoftcityError
from pipelines.publish import read_manifest
from pipelines.quality.suites import suites
from pipelines.settings import Settings
from pipelines.sources.contract import Contract, load_contracts

FIRST_MONTH = "2024-01-01"  # the window of the law opens here (D7)
SAMPLE_ROWS = 5
Results = Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]


def asset_graph(settings: Settings) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """All assets of one home, with their checks."""
    contracts = load_contracts()
    raw = [_source_spec(contract) for contract in contracts.values()]
    keys = {spec.key.path[-1]: spec.key for spec in raw}
    models = [spec.replace_attributes(deps=_inputs(spec, keys), skippable=True) for spec in _model_specs(settings)]
    keys |= {spec.key.path[-1]: spec.key for spec in models}
    stages = [
        dg.AssetSpec("identity", deps=[spec.key for spec in raw], group_name="identity", skippable=True,
                     description="Who is who: enterprises, and what each printed name means."),
        dg.AssetSpec("law", group_name="law", skippable=True, description="The policies and reference data as rows."),
        dg.AssetSpec("snapshot", deps=[spec.key for spec in models], group_name="published", skippable=True,
                     description="The finished snapshot readers see."),
    ]  # fmt: skip
    order = TopologicalSorter({spec.key: [dep.asset_key for dep in spec.deps] for spec in [*stages, *models]})
    made = [key for key in order.static_order() if key in {spec.key for spec in [*stages, *models]}]
    checked = [*suites("in"), *suites("out")]

    @dg.multi_asset(
        name="city",
        specs=[*raw, *stages, *models],
        check_specs=[dg.AssetCheckSpec("expectations", asset=keys[table]) for table in checked],
        retry_policy=dg.RetryPolicy(max_retries=2, delay=60, backoff=dg.Backoff.EXPONENTIAL),
        pool="warehouse",
    )
    def city(context: dg.AssetExecutionContext) -> Results:
        """Files to one published snapshot. A bad file is refused and the others go on; a failed check stops it."""
        try:
            result = steps.build(settings, progress=lambda step: context.log.info(visible(step)))
        except BuildRunning as error:
            raise dg.RetryRequested(max_retries=30, seconds_to_wait=60) from error
        except SoftcityError as error:
            yield from _check_results((last_build(settings) or {}).get("checks", []), keys, only_failed=True)
            raise dg.Failure(visible_lines(str(error)), allow_retries=False) from error
        for warning in result.warnings:
            context.log.warning(visible(warning))
        changed = (last_build(settings) or {}).get("changed_sources", [])
        manifest = read_manifest(settings.published, result.snapshot_id)
        for name in contracts:
            if name in changed:
                yield dg.MaterializeResult(asset_key=keys[name], metadata=_source_metadata(settings, name, result.files))
        if result.published:
            told = {"snapshot_id": result.snapshot_id, "as_of": result.as_of, "checks": result.checks["total"]}
            for key in made:
                count = manifest["row_counts"].get(key.path[-1])
                yield dg.MaterializeResult(asset_key=key, metadata=told if count is None else {"dagster/row_count": count})
        yield from _check_results(_published_checks(settings, result.snapshot_id), keys)

    @dg.asset(
        name="month_snapshot",
        deps=["snapshot"],
        group_name="published",
        partitions_def=dg.MonthlyPartitionsDefinition(FIRST_MONTH, timezone="Asia/Shanghai"),
        output_required=False,
        pool="warehouse",
    )
    def month_snapshot(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
        """The city as of the last day of a month, kept beside the current snapshot and never made current by this."""
        first = date.fromisoformat(context.partition_key)
        day = first.replace(day=monthrange(first.year, first.month)[1])
        if day > (newest := steps.newest_day(settings)):
            context.log.info(f"the month is not over in the data: it reaches {newest}")
            return
        try:
            result = steps.build(settings, as_of=day, progress=lambda step: context.log.info(visible(step)))
        except BuildRunning as error:
            raise dg.RetryRequested(max_retries=30, seconds_to_wait=60) from error
        except SoftcityError as error:
            raise dg.Failure(visible_lines(str(error)), allow_retries=False) from error
        yield dg.MaterializeResult(metadata={"snapshot_id": result.snapshot_id, "as_of": result.as_of})

    landing = [
        dg.AssetSpec(["landing", name], group_name="landing", description=f"landing/{name}/: files as received.")
        for name in contracts
    ]
    return [*landing, city, month_snapshot]


def _source_spec(contract: Contract) -> dg.AssetSpec:
    """Raw rows of a source: asked for again when its landing folder changed, late when its rhythm has passed."""
    return dg.AssetSpec(
        ["raw", contract.source],
        deps=[["landing", contract.source]],
        group_name="raw",
        skippable=True,
        description=f"{contract.title}（{contract.sender}，{contract.rhythm.words}）: {contract.grain}",
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(days=contract.rhythm.days)),
        automation_condition=dg.AutomationCondition.eager(),
    )


def _model_specs(settings: Settings) -> list[dg.AssetSpec]:
    """One spec per dbt model, from the manifest; parsed anew when a file of the project is newer."""
    target = settings.var / "dbt"
    manifest = target / "manifest.json"
    newest = max(path.stat().st_mtime for path in settings.dbt_project.rglob("*") if path.suffix in (".sql", ".yml"))
    if not manifest.exists() or manifest.stat().st_mtime < newest:
        dbt(settings, "parse")
    content = json.loads(manifest.read_text(encoding="utf-8"))
    return [spec for spec in build_dbt_asset_specs(manifest=content) if spec.kinds and "source" not in spec.kinds]


def _inputs(spec: dg.AssetSpec, keys: dict[str, dg.AssetKey]) -> list[dg.AssetKey]:
    """Dbt's sources are our assets: raw/<source> by name, the rest by the stage that writes them."""
    stages = {"identity": "identity", "policy": "law", "reference": "law"}
    inputs = []
    for dep in spec.deps:
        first = dep.asset_key.path[0]
        if first == "arrivals":  # every source writes to it
            inputs += [key for key in keys.values() if key.path[0] == "raw"]
        else:
            inputs.append(dg.AssetKey(stages[first]) if first in stages else dep.asset_key)
    return list(dict.fromkeys(inputs))


def _source_metadata(settings: Settings, name: str, files: list[dict[str, Any]]) -> dict[str, Any]:
    """Rows and hashes of a source, and a few rows of its newest file; personal data never came that far."""
    own = [file for file in files if file["source"] == name]
    loaded = [file for file in own if file["status"] == "loaded"]
    counts = ("rows_read", "rows_loaded", "rows_skipped", "rows_quarantined")
    found: dict[str, Any] = {
        "files": len(own), "refused": sum(file["status"] == "refused" for file in own),
        **{count: sum(file[count] for file in own) for count in counts},
    }  # fmt: skip
    if loaded:
        newest = max(loaded, key=lambda file: (file["received_on"], file["source_file"]))
        rows = f"from read_parquet('{settings.raw}/{name}/*.parquet', union_by_name = true) where source_file = ?"
        with connect() as con:
            sample = con.execute(f"select * {rows} order by row_no limit {SAMPLE_ROWS}", [newest["source_file"]]).df()
        found |= {
            "newest_file": newest["source_file"],
            "newest_sha256": newest["file_sha256"],
            "dagster/row_count": sum(file["rows_loaded"] for file in loaded),
            "sample": dg.MetadataValue.md(sample.to_markdown(index=False) if len(sample) else ""),
        }
    return found


def _published_checks(settings: Settings, snapshot_id: str | None) -> list[dict[str, Any]]:
    """The checks a snapshot passed, as its own mart tells them."""
    marts = settings.published / str(snapshot_id) / "marts.duckdb"
    with connect(marts, read_only=True) as con:
        return con.sql("from mart_quality_result").to_arrow_table().to_pylist()  # type: ignore[no-any-return]


def _check_results(
    checks: list[dict[str, Any]], keys: dict[str, dg.AssetKey], only_failed: bool = False
) -> Iterator[dg.AssetCheckResult]:
    """One result per table that has expectations; warnings pass and are told."""
    for table in [*suites("in"), *suites("out")]:
        own = [check for check in checks if check["table_name"] == table]
        failed = [check for check in own if not check["is_success"]]
        if failed or not only_failed:
            yield dg.AssetCheckResult(
                asset_key=keys[table],
                check_name="expectations",
                passed=not any(check["severity"] == "error" for check in failed),
                metadata={"checks": len(own)} | {
                    check["check_id"]: f"{check['severity']}: {check['unexpected_count']} {check['sample'] or ''}"
                    for check in failed
                },
            )  # fmt: skip
