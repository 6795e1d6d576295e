"""The steps of the build as Dagster assets: thin, the work is in `build.py`.

One asset per source, one per stage, one per dbt model; the two doors are blocking asset checks.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import build_dbt_asset_specs

from pipelines.assets import build as steps
from pipelines.identity.resolve import resolve
from pipelines.policy.load import load_policies
from pipelines.policy.rows import write_policy_rows
from pipelines.publish import prune, publish
from pipelines.quality.checks import CheckResult, failed_errors
from pipelines.reference import write_reference_rows
from pipelines.settings import Settings
from pipelines.sources.contract import load_contracts
from pipelines.sources.ingest import ingest, report_on_file


def asset_graph(settings: Settings) -> tuple[list[dg.AssetsDefinition], list[dg.AssetChecksDefinition]]:
    """All assets and checks of one home."""
    contracts = load_contracts()
    raw_keys = {name: dg.AssetKey(["raw", name]) for name in contracts}
    model_specs = [spec.replace_attributes(deps=_inputs(spec, raw_keys)) for spec in _model_specs(settings)]
    order = TopologicalSorter({spec.key: [dep.asset_key for dep in spec.deps] for spec in model_specs}).static_order()
    marts = [key for key in order if key in {spec.key for spec in model_specs}]

    @dg.multi_asset(
        name="landing",
        specs=[
            dg.AssetSpec(
                raw_keys[name],
                group_name="raw",
                description=f"{contract.title}（{contract.sender}，{contract.rhythm.words}）: {contract.grain}",
                freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(days=contract.rhythm.days)),
            )
            for name, contract in contracts.items()
        ],
    )
    def landing(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
        """Read what is new under landing/; a bad file is refused and the others go on."""
        with steps.one_build_at_a_time(settings):
            report = ingest(settings, context.log.info)
        steps.refuse_a_mixture(report)
        for warning in report.warnings:
            context.log.warning(warning)
        for name, key in raw_keys.items():
            records = [record for record in report.records if record.source == name]
            yield dg.MaterializeResult(
                asset_key=key,
                metadata={
                    "files": len(records),
                    "refused": sum(record.status == "refused" for record in records),
                    **{
                        column: sum(getattr(record, column) for record in records)
                        for column in ("rows_read", "rows_loaded", "rows_skipped", "rows_quarantined")
                    },
                },
            )

    @dg.asset(group_name="identity", deps=list(raw_keys.values()))
    def identity() -> None:
        """Who is who: enterprises, and what each printed name means."""
        with steps.one_build_at_a_time(settings):
            work = steps.fresh_work(settings)
            resolve(settings.raw, work / "identity", steps.newest_day(settings), settings.decisions)

    @dg.asset(group_name="law", deps=[identity])
    def law() -> None:
        """The policies and reference data as rows; an unsound policy stops here."""
        with steps.one_build_at_a_time(settings):
            work = settings.var / "work"
            write_policy_rows(load_policies(settings.policies), work / "policy")
            write_reference_rows(settings.reference, work / "reference")

    @dg.multi_asset(name="transform", specs=model_specs)
    def transform() -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
        """dbt, once: staging → intermediate → marts, data tests included."""
        with steps.one_build_at_a_time(settings):
            incoming = steps.check_incoming(settings)
            steps.write_arrivals(settings, report_on_file(settings), incoming)
            rooms = steps.transform(settings, steps.newest_day(settings))
            _keep(settings, "in", incoming)
            _keep(settings, "room", rooms)
        for key in marts:
            yield dg.MaterializeResult(asset_key=key)

    @dg.asset(group_name="published", deps=marts)
    def snapshot(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        """One finished snapshot, and the pointer to it. A failed check of severity error stops it."""
        with steps.one_build_at_a_time(settings):
            day, report = steps.newest_day(settings), report_on_file(settings)
            outgoing = steps.check_outgoing(settings)
            checks = [*_kept(settings, "in"), *_kept(settings, "room"), *outgoing]
            steps.refuse_on_errors(checks)
            fingerprint = steps.fingerprint_of(settings, report, day)
            manifest = steps.manifest_of(settings, report, day, fingerprint, checks)
            later = [check.row() for check in checks if check.door != "in"]
            warehouse = settings.var / "work" / "warehouse.duckdb"
            snapshot_id = publish(warehouse, settings.published, manifest, {"mart_quality_result": later})
            prune(settings.published, settings.keep_snapshots)
        return dg.MaterializeResult(
            metadata={"snapshot_id": snapshot_id, "as_of": day.isoformat(), **steps.check_counts(checks)}
        )

    @dg.multi_asset_check(
        name="incoming",
        specs=[dg.AssetCheckSpec("expectations", asset=raw_keys[name], blocking=True) for name in _checked("in")],
    )
    def incoming() -> Iterator[dg.AssetCheckResult]:
        """The expectations on files coming in; an error stops everything downstream."""
        yield from _check_results(steps.check_incoming(settings), lambda table: raw_keys[table])

    @dg.multi_asset_check(
        name="outgoing",
        specs=[dg.AssetCheckSpec("expectations", asset=_mart(marts, name), blocking=True) for name in _checked("out")],
    )
    def outgoing() -> Iterator[dg.AssetCheckResult]:
        """The expectations on marts going out; an error keeps the old snapshot in force."""
        yield from _check_results(steps.check_outgoing(settings), lambda table: _mart(marts, table))

    return [landing, identity, law, transform, snapshot], [incoming, outgoing]


def _model_specs(settings: Settings) -> list[dg.AssetSpec]:
    """One spec per dbt model, from the manifest; parsed anew when a file of the project is newer."""
    target = settings.var / "dbt"
    manifest = target / "manifest.json"
    newest = max(path.stat().st_mtime for path in settings.dbt_project.rglob("*") if path.suffix in (".sql", ".yml"))
    if not manifest.exists() or manifest.stat().st_mtime < newest:
        steps.dbt(settings, "parse")
    content = json.loads(manifest.read_text(encoding="utf-8"))
    return [spec for spec in build_dbt_asset_specs(manifest=content) if spec.kinds and "source" not in spec.kinds]


def _inputs(spec: dg.AssetSpec, raw_keys: dict[str, dg.AssetKey]) -> list[dg.AssetKey]:
    """Dbt's sources are our assets: raw/<source> by name, the rest by the stage that writes them."""
    stages = {"identity": "identity", "policy": "law", "reference": "law", "arrivals": "law"}
    inputs = []
    for dep in spec.deps:
        first = dep.asset_key.path[0]
        inputs.append(dg.AssetKey(stages[first]) if first in stages and len(dep.asset_key.path) > 1 else dep.asset_key)
    return list(dict.fromkeys([*inputs, dg.AssetKey("law")]))  # dbt runs once, after the law


def _mart(marts: list[dg.AssetKey], name: str) -> dg.AssetKey:
    return next(key for key in marts if key.path[-1] == name)


def _checked(door: str) -> list[str]:
    import yaml

    from pipelines.quality.checks import SUITES

    return list(yaml.safe_load(SUITES.read_text(encoding="utf-8"))[door])


def _check_results(results: list[CheckResult], key_of: Any) -> Iterator[dg.AssetCheckResult]:
    for table in dict.fromkeys(result.table_name for result in results):
        own = [result for result in results if result.table_name == table]
        yield dg.AssetCheckResult(
            passed=not failed_errors(own),
            asset_key=key_of(table),
            check_name="expectations",
            metadata={
                r.check_id: "ok" if r.is_success else f"{r.severity}: {r.unexpected_count} {r.sample}" for r in own
            },
        )


def _keep(settings: Settings, door: str, results: list[CheckResult]) -> None:
    (settings.var / "work" / f"checks-{door}.json").write_text(json.dumps([r.row() for r in results]), encoding="utf-8")


def _kept(settings: Settings, door: str) -> list[CheckResult]:
    rows = json.loads((settings.var / "work" / f"checks-{door}.json").read_text(encoding="utf-8"))
    return [CheckResult(**row) for row in rows]
