"""From raw rows to checked marts: what a build stands on, who is who, the law, and the models of dbt."""

import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from pipelines import spark
from pipelines.arrivals import write_arrivals
from pipelines.base.duck import connect
from pipelines.base.errors import BuildError
from pipelines.dbt_run import checks_of, project, run_dbt
from pipelines.defs.raw import check_result, incoming_checks
from pipelines.defs.resources import PUBLISHING, City, root_of
from pipelines.fingerprint import hash_of_texts
from pipelines.identity.resolve import resolve
from pipelines.inputs import begin_work, choose_inputs, newest_day
from pipelines.policy.load import load_policies
from pipelines.policy.rows import write_policy_rows
from pipelines.quality.checks import refuse_on_errors, run_checks
from pipelines.quality.result import failed_errors, write_checks
from pipelines.quality.suites import suites
from pipelines.reference import write_reference_rows
from pipelines.settings import Settings
from pipelines.sources.archive import records_known
from pipelines.sources.contract import load_contracts
from pipelines.sources.ingest import unknown_folders

RAW = [dg.AssetKey(["raw", source]) for source in load_contracts()]
PARTITION = "dagster/partition"
EVALUATING = "套用政策条款，计算权益与兑现"


@dg.asset(deps=RAW, output_required=False, group_name="build", kinds={"python"})
def inputs(context: dg.AssetExecutionContext, city: City) -> Iterator[Any]:
    """The day a build stands on, and the rows known to it, linked into its folder. Where nothing is new, nothing follows."""
    with city.step(context):
        spark.refuse_where_missing(city.settings)
        for warning in unknown_folders(city.settings):
            city.warn(warning)
        partition = context.run.tags.get(PARTITION)
        if partition and city.day and city.day > (newest := newest_day(city.settings)):
            context.log.info(f"the month is not over in the data: it reaches {newest}")
            city.record.state = "unchanged"
            return
        chosen, same = choose_inputs(city.settings, city.day, city.knowing, city.make_current, root_of(context))
        city.record.as_of = chosen.as_of.isoformat()
        if same and not city.force:
            context.log.info(f"nothing new: {same['snapshot_id']} was made of just this")
            if partition:
                told = {"snapshot_id": same["snapshot_id"], "as_of": same["as_of"]}
                context.log_event(dg.AssetMaterialization(PUBLISHING[1], partition=partition, metadata=told))
            city.record.state, city.record.snapshot_id = "unchanged", same["snapshot_id"]
            return
        incoming = incoming_checks(city)
        if missing := [source for source, checks in incoming.items() if checks is None]:
            raise BuildError(f"The rows of {', '.join(missing)} have not been checked. Materialise raw/{missing[0]} too.")
        refuse_on_errors([check for checks in incoming.values() for check in checks or []])
        work = begin_work(city.settings, chosen)
        for source, checks in incoming.items():
            write_checks(work / "checks" / f"raw-{source}.json", checks or [])
        yield dg.MaterializeResult(
            data_version=dg.DataVersion(chosen.fingerprint[:20]),
            metadata={"as_of": chosen.as_of.isoformat(), "knowing": chosen.knowing},
        )


@dg.asset(deps=[inputs, *RAW], group_name="build", kinds={"duckdb", "parquet"})
def identity(context: dg.AssetExecutionContext, city: City) -> Iterator[Any]:
    """Who is who: enterprises, and what each printed name means."""
    with city.step(context):
        told, work = city.inputs(context), city.settings.work
        city.say(f"截至 {told.as_of}：识别企业名称", "matching")
        resolve(work / "raw", work / "identity", told.as_of, told.known_on, city.settings.decisions)
        with connect() as con:
            count = "select count(*), (select count(*) from read_parquet(?)) from read_parquet(?)"
            names, firms = con.execute(count, [f"{work}/identity/{name}.parquet" for name in ("enterprise", "name_match")]).fetchall()[0]
        yield dg.MaterializeResult(metadata={"dagster/row_count": firms, "names": names})


@dg.asset(deps=[identity, *RAW], group_name="build", kinds={"python", "parquet"})
def arrivals(context: dg.AssetExecutionContext, city: City) -> Iterator[Any]:
    """What came: files, rows in quarantine, rows replaced, and what the checks of raw rows said."""
    with city.step(context):
        told = city.inputs(context)
        records = records_known(city.settings.raw, told.arrived_by)
        write_arrivals(city.settings, records, [check for check in city.checks() if check.layer == "raw"])
        yield dg.MaterializeResult(metadata={"dagster/row_count": len(records)})


@dg.asset(group_name="law", kinds={"yaml", "parquet"})
def law(context: dg.AssetExecutionContext, city: City) -> Iterator[Any]:
    """The policies as rows: clauses, conditions, departments, decisions."""
    with city.step(context):
        policies = load_policies(city.settings.policies, city.settings.reference)
        write_policy_rows(policies, city.settings.var / "law" / "policy", city.settings.engine)
        version = _write_version(city, "law")
        clauses = sum(len(measure.clauses) for policy in policies for measure in policy.measures)
        yield dg.MaterializeResult(data_version=dg.DataVersion(version), metadata={"clauses": clauses})


@dg.asset(group_name="law", kinds={"yaml", "parquet"})
def reference(context: dg.AssetExecutionContext, city: City) -> Iterator[Any]:
    """The city's divisions, titles and indicators as rows."""
    with city.step(context):
        write_reference_rows(city.settings.reference, city.settings.var / "law" / "reference")
        yield dg.MaterializeResult(data_version=dg.DataVersion(_write_version(city, "reference")))


def _version(city: City) -> str:
    return f"{hash_of_texts(city.settings.policies)[:20]} {city.code[:20]}"


def _write_version(city: City, asset: str) -> str:
    """Say last of what the rows were made."""
    (city.settings.var / "law" / f"{asset}.version").write_text(_version(city), encoding="utf-8")
    return _version(city)


def _refuse_old_law(city: City) -> None:
    for asset in ("law", "reference"):
        path = city.settings.var / "law" / f"{asset}.version"
        if not path.exists() or path.read_text(encoding="utf-8") != _version(city):
            raise BuildError(f"The rows of `{asset}` are of another state of the law or the code. Materialise {asset} too.")


class Translator(DagsterDbtTranslator):
    """dbt's sources are our assets, its models stand in the group of their folder."""

    def __init__(self) -> None:
        super().__init__(settings=DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] != "source":
            return dg.AssetKey(dbt_resource_props["name"])
        source = dbt_resource_props["source_name"]
        return dg.AssetKey({"policy": "law"}.get(source, source)) if source != "raw" else dg.AssetKey(["raw", dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return str(dbt_resource_props["fqn"][1])


def models(settings: Settings) -> dg.AssetsDefinition:
    """The models of dbt with their generic tests as asset checks: one step, since to start dbt takes as long as a dozen models.

    Raises BuildError when the project cannot be parsed.
    """
    manifest, translator = project(settings), Translator()

    @dbt_assets(manifest=manifest, dagster_dbt_translator=translator, exclude="resource_type:unit_test", name="models")
    def made(context: dg.AssetExecutionContext, city: City) -> Iterator[Any]:
        with city.step(context):
            told = city.inputs(context)
            _refuse_old_law(city)
            city.say(EVALUATING, "evaluating")
            chosen = [key.path[-1] for key in context.selected_asset_keys] if context.is_subset else []
            if chosen and settings.engine == "spark":
                raise BuildError("On Spark all models are made at once: launch daily_build. Some alone can be made with SOFTCITY_ENGINE=duckdb.")
            if not chosen:
                settings.warehouse.unlink(missing_ok=True)   # of this step when it was killed
            command = ["build", "--no-write-json", "--exclude-resource-type", "unit_test", *(["--select", *chosen] if chosen else [])]
            heard: queue.Queue[Any] = queue.Queue()   # (event, rows) as dbt's threads tell them, an error, None at the end
            results: list[Any] = []

            def run() -> None:
                try:
                    results.extend(run_dbt(city.settings, *command, inputs=told, heard=lambda *event: heard.put(event)))
                except Exception as error:
                    heard.put(error)
                heard.put(None)

            with spark.lake(settings, told, manifest) if settings.engine == "spark" else nullcontext() as lake:
                threading.Thread(target=run, name="dbt", daemon=True).start()
                yield from _told(heard, context, manifest, translator, lambda made: city.doing(f"{EVALUATING}：{made} / {len(context.selected_asset_keys)}"))
                tests = checks_of(city.settings, results)
                if lake and not failed_errors(tests):
                    lake.collect(manifest)
            city.record.tell(tests)
            if not chosen:
                write_checks(settings.work / "checks" / "tests.json", tests)
            refuse_on_errors(tests)

    return made


def _told(
    heard: "queue.Queue[Any]", context: dg.AssetExecutionContext, manifest: dict[str, Any], translator: Translator, counted: Callable[[int], None]
) -> Iterator[Any]:
    """What dbt tells while it runs, as Dagster's events: each model with its time and rows, each generic test as a check.

    `counted` hears how many models are made.
    """
    from google.protobuf.json_format import MessageToDict

    made = 0
    while (event := heard.get()) is not None:
        if isinstance(event, Exception):
            raise event
        if event[0].info.name == "LogModelResult":
            made += 1
            counted(made)
        message = DbtCoreCliEventMessage(raw_event=MessageToDict(event[0], preserving_proto_field_name=True), event_history_metadata={})
        for told in message.to_default_asset_events(manifest=manifest, dagster_dbt_translator=translator, context=context):
            rows = {} if event[1] is None else {"dagster/row_count": event[1]}
            yield told.with_metadata({**told.metadata, **rows}) if isinstance(told, dg.Output) else told


def outgoing_check(table: str) -> dg.AssetChecksDefinition:
    """The expectations of a mart; failed, they hold back the snapshot."""

    @dg.asset_check(asset=table, name="expectations", blocking=True)
    def expectations(context: dg.AssetCheckExecutionContext, city: City) -> dg.AssetCheckResult:
        with city.step(context):
            city.inputs(context)
            city.say("核对结果数据", "proving")
            with connect(city.settings.warehouse, read_only=True) as con:
                found = run_checks("mart", con, {table: table})
            write_checks(city.settings.work / "checks" / f"mart-{table}.json", found)
            city.record.tell(found)
            return check_result(found, dg.AssetKey(table))

    return expectations


def outgoing_checks() -> list[dg.AssetChecksDefinition]:
    return [outgoing_check(table) for table in suites("mart")]
